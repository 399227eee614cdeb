/**
 * What a frame carries.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-11.8 | RFC 6455 §11.8}
 */
export const Opcode = {
  Continuation: 0x0,
  Text: 0x1,
  Binary: 0x2,
  Close: 0x8,
  Ping: 0x9,
  Pong: 0xa,
} as const;

/** One of the opcodes that RFC 6455 assigns. */
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** Whether `value` is assigned. The others are reserved: RFC 6455 §5.2 says to fail on them. */
export function isOpcode(value: number): value is Opcode {
  return value <= Opcode.Binary || (value >= Opcode.Close && value <= Opcode.Pong);
}

/** Whether the opcode's most significant bit is set. @see RFC 6455 §5.5 */
export function isControl(opcode: Opcode): boolean {
  return opcode >= Opcode.Close;
}
