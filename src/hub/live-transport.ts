import type { HttpTransport } from './query.ts';

/** A way to receive. */
export type LiveTransport = 'websocket' | HttpTransport;
