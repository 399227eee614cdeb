import { byId, element } from '../../page/dom.ts';
import type { EndRecord, FrameRecord } from '../records.ts';
import { describeFrame, OPCODES } from './describe-frame.ts';
import { hexOf, octetsOf } from './octets.ts';
import { type Reading, readPayload } from './read-payload.ts';

/** How many frames stay on the page. */
const KEPT_FRAMES = 100;

/** How many octets of a payload are drawn. */
const DRAWN_PAYLOAD = 48;

/** How many octets of a frame are shown while it is folded. */
const FOLDED_OCTETS = 12;

/** The frame of each direction that was unfolded because it was the latest. */
const unfolded = new Map<string, HTMLDetailsElement>();
let shown = 0;

/** Forgets the frames of the connection before. */
export function clearFrames(): void {
  byId('frames').replaceChildren();
  byId('no-frames').hidden = false;
  unfolded.clear();
  shown = 0;
}

/** Shows a frame with its fields named, above the ones that came before. */
export function showFrame(frame: FrameRecord): void {
  shown++;
  const details = element(
    'details.frame',
    element(
      'summary',
      element(
        `span.direction.${frame.from}`,
        frame.from === 'client' ? 'to server' : 'to this tab',
      ),
      element('span.number', `${shown}`),
      element('span.time', seconds(frame.at)),
      element('span.sentence', describeFrame(frame)),
      element('code.strip', ...strip(frame)),
    ),
    anatomy(frame),
  ) as HTMLDetailsElement;
  unfoldLatest(frame.from, details);
  add(element(`li.${frame.from}`, details));
}

/** Shows that one end has ended its side of the connection. */
export function showEnd({ from, at }: EndRecord): void {
  const who = from === 'client' ? 'This tab' : 'The server';
  add(
    element(
      'li.end',
      element('span.time', seconds(at)),
      `${who} ends its side of the TCP connection.`,
    ),
  );
}

function add(item: HTMLElement): void {
  const list = byId('frames');
  byId('no-frames').hidden = true;
  list.prepend(item);
  while (list.childElementCount > KEPT_FRAMES) list.lastElementChild?.remove();
}

/** Folds the frame that was the latest of its direction, unless somebody has touched it. */
function unfoldLatest(from: string, details: HTMLDetailsElement): void {
  const before = unfolded.get(from);
  if (before !== undefined) before.open = false;
  details.open = true;
  unfolded.set(from, details);
  details.querySelector('summary')?.addEventListener('click', () => {
    if (unfolded.get(from) === details) unfolded.delete(from);
  });
}

/** The frame's octets in a row, coloured by field. */
function strip(frame: FrameRecord): HTMLElement[] {
  const kinds = ['first', 'second', ...headerKinds(frame)];
  const header = Array.from(octetsOf(frame.header), (octet, i) => cell(octet, kinds[i]!));
  const kind = frame.maskingKey === undefined ? 'payload' : 'masked';
  const room = Math.max(0, FOLDED_OCTETS - header.length);
  const payload = Array.from(octetsOf(frame.payload).subarray(0, room), (octet) =>
    cell(octet, kind),
  );
  const isCut = frame.length > payload.length;
  return [...header, ...payload, ...(isCut ? [element('span.more', '…')] : [])];
}

/** What the header's octets from the third on belong to. */
function headerKinds(frame: FrameRecord): string[] {
  const key = frame.maskingKey === undefined ? 0 : 4;
  return [
    ...Array.from({ length: frame.extendedLength }, () => 'length'),
    ...Array.from({ length: key }, () => 'key'),
  ];
}

/** The whole frame, field by field. */
function anatomy(frame: FrameRecord): HTMLElement {
  const header = octetsOf(frame.header);
  const extended = header.subarray(2, 2 + frame.extendedLength);
  return element(
    'div.anatomy',
    firstOctet(frame, header[0]!),
    secondOctet(frame, header[1]!),
    extended.length === 0
      ? undefined
      : octetGroup('length', 'extended length', extended, frame.length.toLocaleString('en')),
    frame.maskingKey === undefined
      ? undefined
      : octetGroup('key', 'masking key', octetsOf(frame.maskingKey), 'fresh for every frame'),
    frame.length === 0 ? undefined : payload(frame),
  );
}

function firstOctet(frame: FrameRecord, octet: number): HTMLElement {
  const opcode = OPCODES[frame.opcode] ?? 'reserved';
  return bitGroup(octet, [
    ['fin', 'FIN', bits(octet >> 7, 1), frame.fin ? 'last part' : 'more follow'],
    ['rsv', 'RSV', bits(frame.rsv, 3), frame.rsv === 0 ? 'unused' : 'extension'],
    ['opcode', 'opcode', bits(frame.opcode, 4), `${frame.opcode.toString(16)}: ${opcode}`],
  ]);
}

function secondOctet(frame: FrameRecord, octet: number): HTMLElement {
  const masked = frame.maskingKey !== undefined;
  const length = octet & 0x7f;
  const meaning = length < 126 ? `${length}` : `${length}: next ${frame.extendedLength} octets`;
  return bitGroup(octet, [
    ['mask', 'MASK', bits(octet >> 7, 1), masked ? 'masked' : 'no mask'],
    ['length', 'payload length', bits(length, 7), meaning],
  ]);
}

type BitField = readonly [kind: string, name: string, bits: string, meaning: string];

/** An octet that holds several fields: the octet, and below it its bits, each field apart. */
function bitGroup(octet: number, fields: readonly BitField[]): HTMLElement {
  return element(
    'div.group',
    element('code.whole', hexOf(octet)),
    element(
      'div.fields',
      ...fields.map(([kind, name, value, meaning]) =>
        element(
          `div.field.${kind}`,
          element('code', value),
          element('span.name', name),
          element('span.meaning', meaning),
        ),
      ),
    ),
  );
}

/** A field of several whole octets. */
function octetGroup(kind: string, name: string, octets: Uint8Array, meaning: string): HTMLElement {
  return element(
    `div.group.${kind}`,
    element('code.whole', ...Array.from(octets, (octet) => cell(octet, kind))),
    element(
      'div.fields',
      element(`div.field.${kind}`, element('span.name', name), element('span.meaning', meaning)),
    ),
  );
}

/**
 * The payload, a column for each character: as it went over the wire, the masking key, what the
 * two make when added bit by bit, and the character.
 */
function payload(frame: FrameRecord): HTMLElement {
  const wire = octetsOf(frame.payload).subarray(0, DRAWN_PAYLOAD);
  const key = frame.maskingKey === undefined ? undefined : octetsOf(frame.maskingKey);
  const plain = (frame.unmasked ?? frame.payload).slice(0, 2 * DRAWN_PAYLOAD);
  const hidden = frame.length - wire.length;
  return element(
    'div.group.wide',
    element(
      'div.columns',
      rowNames(key !== undefined),
      ...columns(readPayload(frame.opcode, plain), wire, key),
      hidden === 0 ? undefined : element('span.more', `… and ${hidden.toLocaleString('en')} more`),
    ),
  );
}

function rowNames(isMasked: boolean): HTMLElement {
  return element(
    'div.column.names',
    isMasked ? element('span.name', 'masked') : undefined,
    isMasked ? element('span.name', '⊕ key') : undefined,
    element('span.name', isMasked ? '= payload' : 'payload'),
    element('span.name', 'reads'),
  );
}

/** A column for each thing that octets of the payload mean together: a character, as a rule. */
function columns(
  readings: readonly Reading[],
  wire: Uint8Array,
  key: Uint8Array | undefined,
): HTMLElement[] {
  let start = 0;
  return readings.map(({ octets, text }) => {
    const places = Array.from(octets, (_, i) => start + i);
    start += octets.length;
    return element(
      'div.column',
      key &&
        cells(
          places.map((i) => wire[i]!),
          'masked',
        ),
      key &&
        cells(
          places.map((i) => key[i % 4]!),
          'key',
        ),
      cells(Array.from(octets), 'payload'),
      element('span.character', text),
    );
  });
}

function cells(octets: readonly number[], kind: string): HTMLElement {
  return element('code.cells', ...octets.map((octet) => cell(octet, kind)));
}

function cell(octet: number, kind: string): HTMLElement {
  return element(`span.octet.${kind}`, hexOf(octet));
}

function bits(value: number, count: number): string {
  return value.toString(2).padStart(count, '0');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3)} s`;
}
