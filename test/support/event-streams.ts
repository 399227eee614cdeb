import fc from 'fast-check';

/** What means something in an event stream, or nearly does. */
const TELLING: readonly string[] = [
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  'data',
  'event',
  'id',
  'retry',
  'Data',
  ':',
  ': ',
  ' ',
  '\0',
  '\ufeff',
  '\u2028',
  '\u0085',
  '0',
  '12',
  '9007199254740993',
  '-1',
  '1e3',
  '\u0661',
  'message',
  'é€😀',
  '\ud83d',
];

/** Text of which most means something in an event stream. */
export function anyTelling(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...TELLING) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  );
  return fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
}

/** Any end of a line. */
function anyLineEnd(): fc.Arbitrary<string> {
  return fc.constantFrom('\n', '\r', '\r\n');
}

/** A line that is a field or a comment, without its end. */
function anyLine(): fc.Arbitrary<string> {
  const name = fc.constantFrom('data', 'data', 'data', 'id', 'event', 'retry', '', 'Data', 'other');
  const value = fc.oneof(
    anyLineText(),
    fc.constantFrom('', ' ', '  a', '7', '100', '1e3', '1\0', 'é', 'a:b'),
  );
  const field = fc.tuple(name, fc.constantFrom(':', ': ', ':  '), value).map((all) => all.join(''));
  return fc.oneof(field, field, field, fc.constantFrom('data', 'id', 'event', 'retry', ' ', '\t'));
}

/** Events one after the other: fields and comments, each on its line, and an empty line behind them. */
export function anyStream(): fc.Arbitrary<string> {
  const line = fc.tuple(anyLine(), anyLineEnd());
  const event = fc
    .tuple(fc.array(line, { maxLength: 5 }), anyLineEnd())
    .map(([lines, end]) => [...lines, ['', end] as const]);
  return fc
    .tuple(fc.constantFrom('', '', '\ufeff'), fc.array(event, { maxLength: 5 }))
    .map(([mark, events]) => events.flat().reduce(withLine, mark));
}

/** Adds a line. An empty one behind a CR can't end in LF: that would belong to the CR. */
function withLine(text: string, [line, end]: readonly [line: string, end: string]): string {
  const wouldJoin = text.endsWith('\r') && line === '' && end === '\n';
  return text + line + (wouldJoin ? '\r' : end);
}

/** Text without a line break. */
export function anyLineText(): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary', maxLength: 9 }).map((text) => text.replace(/[\r\n]/g, ''));
}

/** Any text that a stream may be, whole or not, and where it is cut into pieces. */
export function anyStreamText(): fc.Arbitrary<string> {
  return fc.oneof(anyTelling(), anyStream(), fc.tuple(anyStream(), anyTelling()).map(joined));
}

/** The same text in any number of pieces, empty ones among them. */
export function anyPiecesOf(text: string): fc.Arbitrary<string[]> {
  return fc.array(fc.nat(text.length)).map((cuts) => {
    const bounds = [0, ...cuts.toSorted((a, b) => a - b), text.length];
    return bounds.slice(1).map((end, i) => text.slice(bounds[i], end));
  });
}

function joined(parts: readonly string[]): string {
  return parts.join('');
}
