/**
 * What scripts may give in place of the types that an interface of the web declares: all that can be
 * converted is, and what can't is a TypeError.
 *
 * @see {@link https://webidl.spec.whatwg.org/#js-type-mapping | Web IDL §3.2}
 * @module
 */

/** `[Clamp] unsigned short`: the nearest there is, of two the even one. */
export function clampedUnsignedShort(value: unknown): number {
  const number = Math.min(Math.max(+(value as number), 0), 0xff_ff);
  if (Number.isNaN(number)) return 0;
  const floor = Math.floor(number);
  const isNearerBelow = number - floor < 0.5 || (number - floor === 0.5 && floor % 2 === 0);
  return isNearerBelow ? floor : floor + 1;
}

/** `DOMString or sequence<DOMString>`: whatever can be iterated is a sequence, if it is no string. */
export function stringOrSequence(value: unknown): string[] {
  const isSequence = typeof value === 'object' && value !== null && Symbol.iterator in value;
  if (!isSequence) return [`${value}`];
  return Array.from(value as Iterable<unknown>, (element) => `${element}`);
}

/**
 * `BufferSource or Blob or USVString`. Octets are not copied.
 *
 * @throws TypeError for octets that another thread may change, or that may be taken away.
 */
export function messageData(value: unknown): string | Uint8Array | Blob {
  if (value instanceof Blob) return value;
  if (ArrayBuffer.isView(value)) return octetsOf(value.buffer, value.byteOffset, value.byteLength);
  if (isArrayBuffer(value)) return octetsOf(value, 0, value.byteLength);
  return `${value}`;
}

function octetsOf(buffer: ArrayBufferLike, offset: number, length: number): Uint8Array {
  const isSteady = isArrayBuffer(buffer) && !(buffer as { resizable?: boolean }).resizable;
  if (!isSteady) throw new TypeError('octets must not be in memory that is shared or resizable');
  // Of what was transferred elsewhere no view can be made.
  return length === 0 ? new Uint8Array(0) : new Uint8Array(buffer, offset, length);
}

/** Also one of another realm. */
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}

/** Makes the members of an interface enumerable, and gives the interface its constants. */
export function declareInterface(
  type: { readonly prototype: object; readonly name: string },
  members: readonly string[],
  constants: Readonly<Record<string, number>> = {},
): void {
  for (const member of members) {
    Object.defineProperty(type.prototype, member, { enumerable: true });
  }
  for (const [name, value] of Object.entries(constants)) {
    const constant = { value, enumerable: true, writable: false, configurable: false };
    Object.defineProperty(type, name, constant);
    Object.defineProperty(type.prototype, name, constant);
  }
  const tag = { value: type.name, configurable: true };
  Object.defineProperty(type.prototype, Symbol.toStringTag, tag);
}
