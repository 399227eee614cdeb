/**
 * What the server tells a tab about the seven ways in which it receives, and what the tab may ask.
 *
 * Times are milliseconds since 1970: server and page run on one machine, or the delays are off by
 * what their clocks differ.
 *
 * @module
 */

/** The ways to receive that are set beside each other. */
export const WAYS = [
  'polling',
  'long-poll',
  'jsonp',
  'forever-frame',
  'stream',
  'event-stream',
  'websocket',
] as const;

export type Way = (typeof WAYS)[number];

/** What can be done to a connection. */
export type Fault = 'cut' | 'stall' | 'buffer';

/** How often something is published. */
export type Pace = 'talk' | 'steady' | 'silent';

/** One message, as it is published. */
export interface Message {
  /** Counts from 1. */
  readonly number: number;
  readonly at: number;
}

/** What every message has on the wire, and nothing else that is sent. */
export const MESSAGE_MARK = '"number":';

/** Octets of three kinds, so that one sees what a message costs besides itself. */
export type OctetKind = 'head' | 'framing' | 'content';

/** Octets that belong together, as text: one character for each octet. */
export type Piece = readonly [kind: OctetKind, text: string];

/** What has gone over the connections of one way. */
export interface Traffic {
  readonly requests: number;
  /** Requests whose answer ended without a message in it. */
  readonly empty: number;
  /** Octets of all request and response heads. */
  readonly heads: number;
  /** Octets of chunk framing and of frame headers. */
  readonly framing: number;
  /** All the rest: messages, and what the format puts around them. */
  readonly content: number;
}

/** The first record: by what word the tab's channel goes, and where its reading begins. */
export interface TabRecord {
  readonly kind: 'tab';
  readonly tab: string;
  readonly cursor: string;
}

export interface PublishedRecord {
  readonly kind: 'published';
  readonly number: number;
  readonly at: number;
}

/** A request has come. */
export interface RequestRecord {
  readonly kind: 'request';
  readonly way: Way;
  readonly id: number;
  readonly at: number;
}

/** Its answer has ended, or its connection. */
export interface EndRecord {
  readonly kind: 'end';
  readonly way: Way;
  readonly id: number;
  readonly at: number;
  readonly isCut: boolean;
  readonly isEmpty: boolean;
}

export interface TrafficRecord {
  readonly kind: 'traffic';
  readonly way: Way;
  readonly traffic: Traffic;
}

/** The latest octets: of a request, of the head of its answer, or of what brought a message. */
export interface RawRecord {
  readonly kind: 'raw';
  readonly way: Way;
  readonly part: 'request' | 'response' | 'message';
  readonly pieces: readonly Piece[];
}

/** What was asked for happens, from now on, or is over. */
export interface FaultRecord {
  readonly kind: 'fault';
  readonly way: Way;
  readonly fault: Fault;
  readonly at: number;
  readonly state: 'armed' | 'begun' | 'over';
}

export type TabNews =
  | TabRecord
  | PublishedRecord
  | RequestRecord
  | EndRecord
  | TrafficRecord
  | RawRecord
  | FaultRecord;

/** What a tab may ask for. */
export type Demand =
  | { readonly demand: 'publish' }
  | { readonly demand: 'pace'; readonly pace: Pace }
  | { readonly demand: 'fault'; readonly way: Way; readonly fault: Fault };
