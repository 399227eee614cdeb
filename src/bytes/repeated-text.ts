import { latin1 } from './latin1.ts';

/** A longer text is not kept: an idle connection is to cost little. */
const MAX_KEPT = 256;

/** Up to this many octets are compared one by one: that is faster than to make a string of them. */
const MAX_STEPS = 64;

/**
 * Reads a text that mostly is the one that came before, as the host and the target of one request
 * after the other are: then the same string is returned, and none is made.
 *
 * To compare a few octets takes a fraction of the time that a new string does, and a string that was
 * there before is cheap to look up and to compare.
 */
export class RepeatedText {
  #last = '';

  /** The octets from `start` to `end`, each as the character of the same number. */
  read(octets: Uint8Array, start: number, end: number): string {
    if (end - start > MAX_KEPT) return latin1(octets, start, end);
    const isLast = end - start === this.#last.length && isText(octets, start, this.#last);
    if (!isLast) this.#last = latin1(octets, start, end);
    return this.#last;
  }
}

/** Whether `text` stands at `start`, an octet for each character; all of them are there. */
export function isText(octets: Uint8Array, start: number, text: string): boolean {
  if (text.length > MAX_STEPS) return latin1(octets, start, start + text.length) === text;
  for (let i = 0; i < text.length; i++) {
    if (octets[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
