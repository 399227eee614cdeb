/**
 * Octets as text, one character each: what HTTP's grammar is written in.
 *
 * `latin1Slice` and `latin1Write` are methods of Node's Buffer that its documentation leaves out.
 * They are half the cost of `toString` and `write` for short strings; where they are missing, the
 * documented ones do the same.
 *
 * @module
 */

interface Latin1Methods {
  latin1Slice?(this: Uint8Array, start: number, end: number): string;
  latin1Write?(this: Uint8Array, text: string, start: number, length: number): number;
}

/** Buffer's methods, as they are called on any `Uint8Array`. */
const prototype = Buffer.prototype as unknown as Latin1Methods;

/** Reads the octets from `start` to `end`, each as the character of the same number. */
export const latin1: (octets: Uint8Array, start: number, end: number) => string =
  latin1Reader(prototype);

/** Writes `text`, whose characters are all below 256, at `start`, an octet for each. */
export const writeLatin1: (octets: Uint8Array, text: string, start: number) => void =
  latin1Writer(prototype);

/** @internal Chooses how to read; exported so that tests run the fallback too. */
export function latin1Reader({ latin1Slice }: Latin1Methods): typeof latin1 {
  if (latin1Slice !== undefined)
    return (octets, start, end) => latin1Slice.call(octets, start, end);
  return (octets, start, end) =>
    Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('latin1');
}

/** @internal Chooses how to write; exported so that tests run the fallback too. */
export function latin1Writer({ latin1Write }: Latin1Methods): typeof writeLatin1 {
  if (latin1Write !== undefined) {
    return (octets, text, start) => {
      latin1Write.call(octets, text, start, text.length);
    };
  }
  return (octets, text, start) => {
    Buffer.from(octets.buffer, octets.byteOffset, octets.length).write(text, start, 'latin1');
  };
}
