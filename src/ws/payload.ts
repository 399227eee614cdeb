/** How octets arrive: in a Buffer, an ArrayBuffer, a list of Buffers, or a Blob. */
export type BinaryType = 'nodebuffer' | 'arraybuffer' | 'fragments' | 'blob';

/** A message as the event `message` has it; text is always a Buffer. */
export type RawData = Buffer | ArrayBuffer | Buffer[];

/** A message as `onmessage` has it. */
export type Data = string | Buffer | ArrayBuffer | Buffer[];

/** A certificate or key, or several. */
export type CertMeta = string | string[] | Buffer | Buffer[];

/** What can be sent. */
export type BufferLike =
  | string
  | number
  | DataView
  | ArrayBufferView
  | Uint8Array
  | ArrayBuffer
  | SharedArrayBuffer
  | Blob
  | readonly unknown[]
  | Valued<ArrayBuffer>
  | Valued<SharedArrayBuffer>
  | Valued<Uint8Array>
  | Valued<readonly number[]>
  | Valued<string>
  | PrimitiveLike;

/** An object whose value is what is sent. */
export interface Valued<Value> {
  /** The value. */
  valueOf(): Value;
}

/** An object that becomes a text. */
export interface PrimitiveLike {
  /** The text. */
  [Symbol.toPrimitive](hint: string): string;
}

const NO_OCTETS = Buffer.alloc(0);

/** The octets of whatever is given to `send`, without a copy where there are some. */
export function octetsOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return data ? Buffer.from(data as string) : NO_OCTETS;
}

/** A view of the same octets, as everything for Node expects them. */
export function bufferOf(octets: Uint8Array): Buffer {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
}

/** A message of octets in the form that the application has chosen. */
export function binaryOf(octets: Uint8Array, type: BinaryType): RawData | Blob {
  switch (type) {
    case 'nodebuffer':
      return bufferOf(octets);
    case 'fragments':
      return [bufferOf(octets)];
    case 'arraybuffer':
      return bufferOfAll(octets);
    case 'blob':
      return new Blob([bufferOfAll(octets)]);
  }
}

/** The memory of the octets, a copy of them where it holds more. */
function bufferOfAll({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  if (byteLength === buffer.byteLength) return buffer as ArrayBuffer;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
