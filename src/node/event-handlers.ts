/** What is called when an event of one type is fired at a target. */
export type EventHandler<Target extends EventTarget, E extends Event> =
  | ((this: Target, event: E) => unknown)
  | null;

/**
 * The event handlers of a target, one for each type at most: `onopen` and its like.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/webappapis.html#event-handlers | HTML §8.1.8.1}
 */
export class EventHandlers<Target extends EventTarget> {
  readonly #target: Target;
  readonly #handlers = new Map<string, EventHandler<Target, never>>();

  constructor(target: Target) {
    this.#target = target;
  }

  /** The handler for events of this type. */
  get<E extends Event>(type: string): EventHandler<Target, E> {
    return (this.#handlers.get(type) ?? null) as EventHandler<Target, E>;
  }

  /** Puts a handler in the place of the one before; `null` takes it away. */
  set<E extends Event>(type: string, handler: EventHandler<Target, E>): void {
    const before = this.#handlers.get(type);
    if (before) this.#target.removeEventListener(type, before as EventListener);
    this.#handlers.set(type, handler as EventHandler<Target, never>);
    if (handler) this.#target.addEventListener(type, handler as EventListener);
  }
}
