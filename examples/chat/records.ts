/**
 * What the server tells a tab about the connection that the tab has made to the chat.
 *
 * Octets are written in hex, two digits each: they are there to be read by people.
 *
 * @module
 */

/** One end of the recorded connection. */
export type End = 'client' | 'server';

/** The first record on every watching connection: how the chat's address names this tab. */
export interface WatchRecord {
  readonly kind: 'watch';
  readonly wire: string;
}

/** A connection to the chat has begun, under the name that the chat gave it. */
export interface NameRecord {
  readonly kind: 'name';
  readonly name: string;
}

/** A whole HTTP/1.1 head: the request from the client, the response from the server. */
export interface HeadRecord {
  readonly kind: 'head';
  readonly from: End;
  /** Milliseconds since the connection was made. */
  readonly at: number;
  readonly octets: string;
}

/** How `Sec-WebSocket-Accept` comes from `Sec-WebSocket-Key`. @see RFC 6455 §4.2.2 */
export interface AcceptRecord {
  readonly kind: 'accept';
  readonly key: string;
  /** What the key is in base64: 16 octets. */
  readonly nonce: string;
  readonly guid: string;
  /** The 20 octets that SHA-1 makes of the key and the GUID. */
  readonly digest: string;
  readonly accept: string;
}

/** One frame, with its fields named. @see RFC 6455 §5.2 */
export interface FrameRecord {
  readonly kind: 'frame';
  readonly from: End;
  readonly at: number;
  readonly fin: boolean;
  /** RSV1, RSV2 and RSV3 as one number of three bits. */
  readonly rsv: number;
  readonly opcode: number;
  /** The octets before the payload: 2 to 14. */
  readonly header: string;
  /** How many octets the extended payload length takes: 0, 2 or 8. */
  readonly extendedLength: number;
  readonly length: number;
  /** Absent when the MASK bit is 0. */
  readonly maskingKey?: string | undefined;
  /** The payload as it went over the wire; of a long one only the beginning. */
  readonly payload: string;
  /** The same octets unmasked, when they were masked. */
  readonly unmasked?: string | undefined;
}

/** One end has ended its side of the TCP connection. */
export interface EndRecord {
  readonly kind: 'end';
  readonly from: End;
  readonly at: number;
}

/** What went over the wire. */
export type WireRecord = HeadRecord | AcceptRecord | FrameRecord | EndRecord;

/** Everything that a watching tab is sent. */
export type ServerRecord = WatchRecord | NameRecord | WireRecord;

/** What a watching tab may ask the server to do to its chat connection. */
export type Demand =
  | { readonly demand: 'ping'; readonly payload: string }
  | { readonly demand: 'close'; readonly code: number; readonly reason: string };
