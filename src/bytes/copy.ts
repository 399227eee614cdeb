/** Up to this many octets a loop is cheaper than taking a view and copying that. */
const LOOP = 24;

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

/**
 * A copy of the octets from `start` to `end`, so that keeping them does not keep `octets`.
 *
 * Memory of its own costs three times as much as the copying. So the small copies of one array, from
 * the second on, share it; never those of two, for what came over one connection must not be in
 * reach of another, whatever a program does with `copy.buffer`.
 */
export function copyOf(octets: Uint8Array, start: number, end: number): Uint8Array {
  const length = end - start;
  if (length > ON_HEAP && length <= MAX_SHARED) {
    if (octets === source) return sharedCopyOf(octets, start, end);
    source = octets;
    pool = NOTHING;
  }
  const copy = new Uint8Array(length);
  copyOctets(octets, start, end, copy, 0);
  return copy;
}

/** Says that the array whose copies may share memory now holds what came over another connection. */
export function forgetSource(): void {
  source = NOTHING;
}

/** Up to this many octets an array is an object of V8's own, which costs a tenth of a larger one. */
const ON_HEAP = 64;

/** Up to this many octets a copy may share its memory. */
const MAX_SHARED = 1_024;

/** How much memory is shared at most. */
const POOL_SIZE = 8_192;

const NOTHING = new Uint8Array(0);

/** The array whose copies are in the pool. */
let source: Uint8Array = NOTHING;
let pool: Uint8Array = NOTHING;
let poolMemory = pool.buffer;
/** How much of the pool is taken. */
let taken = 0;

function sharedCopyOf(octets: Uint8Array, start: number, end: number): Uint8Array {
  const length = end - start;
  if (taken + length > pool.length) {
    pool = new Uint8Array(Math.min(POOL_SIZE, octets.length));
    poolMemory = pool.buffer;
    taken = 0;
  }
  const copy = new Uint8Array(poolMemory, taken, length);
  copyOctets(octets, start, end, pool, taken);
  taken = aligned(taken + length);
  return copy;
}

/** The next place where numbers of eight octets may be. */
function aligned(place: number): number {
  return (place + 7) & ~7;
}
