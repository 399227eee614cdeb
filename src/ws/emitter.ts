import { EventEmitter } from 'node:events';

/** What Node's types say of events that they do not know: anything. */
type Anything = Parameters<Parameters<EventEmitter['on']>[1]>;

/**
 * A listener of an event of one's own; or of a known one, with further arguments, which a program may emit, or
 * with others than it has.
 */
export type AnyListener = (this: Anything[number], ...told: Anything) => void;

/** An emitter of known events, with their arguments, and of any others: as the types of `ws` have it. */
export interface EmitterOf<Events extends object> extends EventEmitter {
  on<K extends keyof Events>(event: K, listener: ListenerOf<this, Events[K]>): this;
  on(event: string | symbol, listener: AnyListener): this;
  once<K extends keyof Events>(event: K, listener: ListenerOf<this, Events[K]>): this;
  once(event: string | symbol, listener: AnyListener): this;
  off<K extends keyof Events>(event: K, listener: ListenerOf<this, Events[K]>): this;
  off(event: string | symbol, listener: AnyListener): this;
  addListener<K extends keyof Events>(event: K, listener: ListenerOf<this, Events[K]>): this;
  addListener(event: string | symbol, listener: AnyListener): this;
  removeListener<K extends keyof Events>(event: K, listener: ListenerOf<this, Events[K]>): this;
  removeListener(event: string | symbol, listener: AnyListener): this;
}

/** A listener of a known event. */
export type ListenerOf<Target, Told> = Told extends unknown[]
  ? (this: Target, ...told: Told) => void
  : never;

/** Node's emitter: only the types differ. */
export const Emitter = EventEmitter as unknown as new <
  Events extends object,
>() => EmitterOf<Events>;
