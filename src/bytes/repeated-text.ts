import { latin1 } from './latin1.ts';

/** A longer text is not kept: an idle connection is to cost little. */
const MAX_KEPT = 256;

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
    if (!this.#isLast(octets, start, end)) this.#last = latin1(octets, start, end);
    return this.#last;
  }

  #isLast(octets: Uint8Array, start: number, end: number): boolean {
    const last = this.#last;
    if (end - start !== last.length) return false;
    for (let i = 0; i < last.length; i++) {
      if (octets[start + i] !== last.charCodeAt(i)) return false;
    }
    return true;
  }
}
