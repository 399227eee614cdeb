/** What the server of the push runs and the process that has started it tell each other. */

/** An entry of the log, and what is to become one. */
export type LogEntry = readonly [id: string, channel: string, data: string];

export type ToSubject =
  | {
      readonly kind: 'log';
      readonly entries: readonly LogEntry[];
      /** The ids of what was to be appended, by its number. */
      readonly appended: readonly (readonly [number: number, id: string])[];
    }
  | { readonly kind: 'publish'; readonly entries: readonly (readonly [string, number])[] }
  | { readonly kind: 'close' };

export type FromSubject =
  | { readonly kind: 'listening'; readonly port: number; readonly cursor: string }
  | { readonly kind: 'append'; readonly entries: readonly (readonly [string, string])[] }
  | { readonly kind: 'published'; readonly ids: readonly string[] }
  | { readonly kind: 'incident'; readonly text: string };

/** The channels of the push runs. */
export const CHANNELS: readonly string[] = Array.from({ length: 10 }, (_, i) => `channel-${i}`);
