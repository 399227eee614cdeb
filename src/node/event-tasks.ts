/**
 * Has events fired each in a task of its own, in their order: what a handler has promised itself is
 * done before the next event, though both came in one chunk.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/webappapis.html#queue-a-task | HTML §8.1.7.2}
 */
export class EventTasks {
  #queued = 0;

  /** Whether nothing waits that is to be fired before. */
  get isEmpty(): boolean {
    return this.#queued === 0;
  }

  /** Does it behind what waits, and never within the call that caused it. */
  queue(task: () => void): void {
    this.#queued++;
    setImmediate(() => {
      this.#queued--;
      task();
    });
  }
}
