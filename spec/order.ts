/**
 * In which order probes begin. They must not depend on each other, so any order does; one that comes
 * of a seed shows it where they do, and can be had again.
 *
 * @module
 */

/** The things in an order that depends on the seed alone; as they are when there is none. */
export function inOrderOf<Thing>(things: readonly Thing[], seed: number | undefined): Thing[] {
  const ordered = [...things];
  if (seed === undefined) return ordered;
  const random = randomOf(seed);
  for (let last = ordered.length - 1; last > 0; last--) {
    const index = random(last + 1);
    [ordered[last], ordered[index]] = [ordered[index]!, ordered[last]!];
  }
  return ordered;
}

/** Integers from 0 up to `bound`, that one excluded: a linear congruential generator of 32 bits. */
function randomOf(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
