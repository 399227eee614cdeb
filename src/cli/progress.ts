import type { Result } from '../../spec/conformance.ts';

/** Where progress is shown. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** How many results there are between two lines, where lines can't be written over. */
const RESULTS_A_LINE = 100;

/** Shows how far a run has come: in one line on a terminal, in a few elsewhere. */
export class Progress {
  readonly #output: ProgressOutput;
  #done = 0;
  #failed = 0;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** Another subject is being judged. */
  begin(name: string): void {
    this.#done = 0;
    this.#failed = 0;
    this.#output.write(`judging ${name}\n`);
  }

  /** Another result is there. */
  result({ verdict }: Pick<Result, 'verdict'>, total: number): void {
    this.#done += 1;
    if (verdict === 'fail') this.#failed += 1;
    const line = `${this.#done} of ${total} probes, ${this.#failed} failed`;
    const isLast = this.#done === total;
    if (this.#output.isTTY) this.#output.write(`\r${line}${isLast ? '\n' : ''}`);
    else if (isLast || this.#done % RESULTS_A_LINE === 0) this.#output.write(`${line}\n`);
  }
}
