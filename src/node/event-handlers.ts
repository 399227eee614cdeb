/** What is called when an event of one type is fired at a target. */
export type EventHandler<Target extends EventTarget, E extends Event> =
  | ((this: Target, event: E) => unknown)
  | null;

/** A handler, and what calls it, which keeps its place among the listeners. */
interface Entry {
  handler: unknown;
  readonly listener: (event: Event) => void;
}

/**
 * The event handlers of a target, one for each type at most: `onopen` and its like.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/webappapis.html#event-handlers | HTML §8.1.8.1}
 */
export class EventHandlers<Target extends EventTarget> {
  readonly #target: Target;
  readonly #entries = new Map<string, Entry>();

  constructor(target: Target) {
    this.#target = target;
  }

  /** The handler for events of this type. */
  get<E extends Event>(type: string): EventHandler<Target, E> {
    return (this.#entries.get(type)?.handler ?? null) as EventHandler<Target, E>;
  }

  /**
   * Puts a handler in the place of the one before; `null`, or whatever is no object, takes it away.
   * An object that can't be called is kept, and not called.
   */
  set<E extends Event>(type: string, handler: EventHandler<Target, E>): void {
    const isHandler = typeof handler === 'function' || typeof handler === 'object';
    const entry = this.#entries.get(type);
    if (!isHandler || handler === null) this.#remove(type);
    else if (entry === undefined) this.#add(type, handler);
    else entry.handler = handler;
  }

  #add(type: string, handler: unknown): void {
    const entry: Entry = {
      handler,
      listener: (event) => {
        if (typeof entry.handler === 'function') entry.handler.call(this.#target, event);
      },
    };
    this.#entries.set(type, entry);
    this.#target.addEventListener(type, entry.listener);
  }

  #remove(type: string): void {
    const entry = this.#entries.get(type);
    if (entry === undefined) return;
    this.#entries.delete(type);
    this.#target.removeEventListener(type, entry.listener);
  }
}
