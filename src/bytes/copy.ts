/** Up to this many octets a loop is cheaper than taking a view and copying that (bench/copy). */
const LOOP = 32;

/** Copies the octets from `start` to `end` to where `to` has `at`. */
export function copyOctets(
  from: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  at: number,
): void {
  if (end - start > LOOP) to.set(from.subarray(start, end), at);
  else for (let i = start; i < end; i++) to[at + i - start] = from[i]!;
}

/** A copy of the octets from `start` to `end`, in memory of its own. */
export function copyOf(octets: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  copyOctets(octets, start, end, copy, 0);
  return copy;
}
