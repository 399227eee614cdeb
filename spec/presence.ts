/**
 * Whether a subject is still there. One that died, or hangs, says nothing, and to say nothing is
 * sometimes right; so when a probe got no answer at all, the subject is asked something ordinary.
 *
 * @module
 */

import type { Presence } from './run-probes.ts';

/** How often in a row a subject has to leave an ordinary question unanswered, to be gone. */
const TRIES = 2;

/** Why a subject does not answer; nothing when it does. */
export type Inquiry = () => Promise<string | undefined>;

/** One address of a subject, asked by an inquiry. */
export class PresenceByAsking implements Presence {
  readonly whenGone: Promise<string>;
  readonly #inquire: Inquiry;
  #gone: string | undefined;
  #tell: (reason: string) => void = () => {};
  #asking: Promise<void> | undefined;

  constructor(inquire: Inquiry) {
    this.#inquire = inquire;
    this.whenGone = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  get gone(): string | undefined {
    return this.#gone;
  }

  /** Those who ask at the same time get the same answer. */
  async ask(): Promise<void> {
    if (this.#gone !== undefined) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  /** Says that the subject is gone, or never was there. */
  leave(reason: string): void {
    this.#gone ??= reason;
    this.#tell(this.#gone);
  }

  async #ask(): Promise<void> {
    let reason: string | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      reason = await this.#inquire();
      if (reason === undefined) return;
    }
    this.leave(reason!);
  }
}
