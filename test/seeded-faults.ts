/** One line of a built parser made wrong, to see that a law finds it. */
export interface SeededFault {
  /** The source file, in `src`. */
  readonly file: string;
  readonly kind: FaultKind;
  /** The text in the built file that is replaced. It stands there once. */
  readonly text: string;
  readonly replacement: string;
  /** Why no law can find it: it costs time or memory, and makes nothing wrong. */
  readonly performanceOnly?: string | undefined;
}

/**
 * What was done: a bound moved by one, a class made one octet wider or narrower, a check left out,
 * a state or a step skipped.
 */
export type FaultKind = 'bound' | 'class' | 'check' | 'state';

type Row = readonly [
  kind: FaultKind,
  text: string,
  replacement: string,
  performanceOnly?: string | undefined,
];

/** The faults that the laws must find, all but those that are for performance only. */
export const SEEDED_FAULTS: readonly SeededFault[] = [
  ...faultsIn('bytes/utf8.ts', [
    ['class', '[Utf8State.Character, 0x00, 0x7f,', '[Utf8State.Character, 0x00, 0x80,'],
    ['class', '[Utf8State.Character, 0xc2, 0xdf,', '[Utf8State.Character, 0xc1, 0xdf,'],
    ['class', '[Utf8State.Character, 0xf4, 0xf4,', '[Utf8State.Character, 0xf4, 0xf5,'],
    ['class', '[Utf8State.OneTail, 0x80, 0xbf,', '[Utf8State.OneTail, 0x80, 0xc0,'],
    ['class', '[Utf8State.AfterE0, 0xa0, 0xbf,', '[Utf8State.AfterE0, 0x9f, 0xbf,'],
    ['class', '[Utf8State.AfterED, 0x80, 0x9f,', '[Utf8State.AfterED, 0x80, 0xa0,'],
    ['class', '[Utf8State.AfterF0, 0x90, 0xbf,', '[Utf8State.AfterF0, 0x8f, 0xbf,'],
    ['class', '[Utf8State.AfterF4, 0x80, 0x8f,', '[Utf8State.AfterF4, 0x80, 0x90,'],
    ['state', '0x80, 0xbf, Utf8State.TwoTails],', '0x80, 0xbf, Utf8State.OneTail],'],
    ['bound', 'for (let i = start; i < end; i++)', 'for (let i = start; i < end - 1; i++)'],
  ]),
  ...faultsIn('bytes/text.ts', [
    ['bound', 'if (all < 0x80)', 'if (all <= 0x80)'],
    ['check', 'state === Utf8State.Character ? utf8', 'state !== Utf8State.Invalid ? utf8'],
  ]),
  ...faultsIn('bytes/mask.ts', [
    ['bound', 'const WORDWISE = 80;', 'const WORDWISE = 81;', 'one octet more is masked by octets'],
    ['bound', 'const bits = 8 * (count & 3);', 'const bits = 8 * (count & 1);'],
    ['bound', 'for (; i < end - 3; i += 4)', 'for (; i < end - 2; i += 4)'],
    ['check', 'if (i + 2 < end)', 'if (i + 2 <= end)'],
    ['bound', 'for (; i < last - 3; i += 4)', 'for (; i < last - 2; i += 4)'],
    ['bound', '(byteOffset + start + 3) >> 2', '(byteOffset + start + 2) >> 2'],
    ['class', 'const NOT_ASCII = 0x80808080;', 'const NOT_ASCII = 0x80808000;'],
    ['check', 'if (lastWords.buffer !== buffer)', 'if (lastWords.length === 0)'],
  ]),
  ...faultsIn('websocket/opcode.ts', [
    ['class', 'value <= Opcode.Binary ||', 'value <= Opcode.Binary + 1 ||'],
    ['class', 'value <= Opcode.Pong', 'value <= Opcode.Pong + 1'],
    ['class', 'return opcode >= Opcode.Close;', 'return opcode > Opcode.Close;'],
  ]),
  ...faultsIn('websocket/frame-header.ts', [
    ['class', 'const RSV = 0x70;', 'const RSV = 0x60;'],
    ['class', 'const RSV = 0x70;', 'const RSV = 0x30;'],
    ['check', 'if (!isOpcode(opcode))', 'if (false)'],
    ['check', 'if (!this.fin)', 'if (false)'],
    ['check', 'if (!fragmented)', 'if (false)'],
    ['check', 'else if (fragmented)', 'else if (false)'],
    ['check', "if (masked && receiver === 'client')", 'if (false)'],
    ['check', "if (!masked && receiver === 'server')", 'if (false)'],
    ['bound', '> MAX_CONTROL_PAYLOAD)', '> MAX_CONTROL_PAYLOAD + 1)'],
    ['bound', 'this.payloadLength > room)', 'this.payloadLength >= room)'],
    ['check', '!isControl(this.opcode) && this.payloadLength > room', 'this.payloadLength > room'],
    ['bound', 'if (end < keyStart + 4)', 'if (end < keyStart + 3)'],
    ['bound', 'if (end - start < 2)', 'if (end - start < 3)'],
    ['state', 'judgeLengthSoFar(octets, start + 2, end, lengthSize, room);', ''],
    ['bound', '* 2 ** 32 +', '* 2 ** 31 +'],
    ['bound', 'size === 2 ? LENGTH_16 : 2 ** 16', 'size === 2 ? LENGTH_64 : 2 ** 16'],
    ['bound', 'size === 2 ? LENGTH_16 : 2 ** 16', 'size === 2 ? LENGTH_16 : 2 ** 16 + 1'],
    ['bound', 'least >= 2 ** 63', 'least > 2 ** 63'],
    ['bound', 'if (least > room)', 'if (least >= room)'],
  ]),
  ...faultsIn('websocket/message-decoder.ts', [
    ['check', 'this.#limit - (this.#message?.length ?? 0)', 'this.#limit'],
    ['bound', 'end - start >= header.payloadLength', 'end - start > header.payloadLength'],
    ['check', 'if (isWhole && header.fin && !isFragmented)', 'if (isWhole && !isFragmented)'],
    ['check', 'if (isWhole && header.fin && !isFragmented)', 'if (isWhole && header.fin)'],
    ['check', 'if (start === end && message.remaining > 0)', 'if (start === end)'],
    ['state', "isWhole ? this.#takeControl(start) : 'more'", 'this.#takeControl(start)'],
    ['check', 'if (text === undefined)', 'if (false)'],
    ['bound', 'const PINNED = 2;', 'const PINNED = 1;', 'a view becomes a copy'],
  ]),
  ...faultsIn('websocket/message-assembly.ts', [
    ['check', 'return this.fin && this.remaining === 0;', 'return this.remaining === 0;'],
    ['state', 'this.#maskingKey = rotateKey(this.#maskingKey, end - start);', ''],
    ['check', 'if (this.#state !== Utf8State.Character)', 'if (false)'],
    ['state', 'all < 0x80 && this.#state === Utf8State.Character', 'all < 0x80'],
    ['check', 'if (this.#state === Utf8State.Invalid)', 'if (false)'],
    ['state', 'this.#all |= all;', 'this.#all = all;'],
    ['bound', 'const GROWTH = 4;', 'const GROWTH = 1;', 'the buffer grows more often'],
    ['state', 'this.#octets.copy(octets, 0, 0, this.length);', ''],
  ]),
  ...faultsIn('websocket/close-code.ts', [
    ['bound', 'code <= 1003', 'code <= 1004'],
    ['bound', 'code >= 1007', 'code >= 1006'],
    ['bound', 'code <= 1014', 'code <= 1015'],
    ['bound', 'code >= 3000', 'code >= 2999'],
    ['bound', 'code <= 4999', 'code <= 5000'],
    ['check', 'if (end - start === 1)', 'if (false)'],
    ['bound', 'decodeText(octets, start + 2, end)', 'decodeText(octets, start + 3, end)'],
  ]),
  ...faultsIn('websocket/opening-handshake.ts', [
    ['class', '[AQgw]==', '[AQgwx]=='],
    ['bound', '{21}[AQgw]', '{22}[AQgw]'],
    ['bound', '25[0-5])', '25[0-6])'],
    ['check', "if (head.method !== 'GET')", 'if (false)'],
    ['check', 'if (head.minorVersion < 1)', 'if (false)'],
    ['check', 'if (head.hasContent)', 'if (false)'],
    ['check', 'others.length > 0)', 'false)'],
    ['check', '|| !isUnique)', '|| false)'],
  ]),
  ...faultsIn('websocket/handshake-fields.ts', [
    ['bound', 'parts.length <= 2', 'parts.length <= 3'],
    ['check', '|| extensions.length === 0)', '|| false)'],
    ['check', '|| isToken(text))', '|| true)'],
  ]),
];

function faultsIn(file: string, rows: readonly Row[]): SeededFault[] {
  return rows.map(([kind, text, replacement, performanceOnly]) => ({
    file,
    kind,
    text,
    replacement,
    performanceOnly,
  }));
}
