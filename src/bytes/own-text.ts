/** V8 copies a part that is shorter; a longer one refers to the whole, and keeps it alive. */
const SHORTEST_PART = 13;

/**
 * A part of a longer text, as a text of its own: whoever keeps the value of a field would otherwise
 * keep the whole request head, which may be a hundred times as much.
 */
export function ownText(part: string): string {
  // To take the first character off again has the joined text written out.
  return part.length < SHORTEST_PART ? part : ` ${part}`.slice(1);
}
