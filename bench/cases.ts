/**
 * What is measured, beside whom, and how much cheaper encke has to be.
 *
 * @module
 */

import { compressedEchoTraffic } from './load/compressed-echo.ts';
import type { Shape } from './load/load.ts';
import { requestHeads } from './load/request-heads.ts';
import type { Wanted } from './load/subscriptions.ts';
import { echoTraffic, httpTraffic, type Traffic, unparsedEchoTraffic } from './load/traffic.ts';
import type { Runtime } from './process.ts';

/** A program that does what the case asks. */
export interface Contender {
  readonly name: string;
  /** Which file of `contenders/` it is, and what runs it. */
  readonly file: string;
  readonly runtime: Runtime;
  readonly args: readonly string[];
  /** What it is sent; nothing when it works alone, or publishes. */
  readonly traffic?: Traffic;
}

/** What is published to whom, where the server speaks first. */
export interface Push {
  readonly wanted: Wanted;
  /** How many messages are published at once; 0 to look only at the memory of who waits. */
  readonly burst: number;
  /** Whether memory counts that V8 knows nothing of, such as that of zlib. */
  readonly isResident?: boolean;
}

/** One row of contenders that do the same work. */
export interface Case {
  /** Says what is done. `--only` chooses by it. */
  readonly title: string;
  readonly contenders: readonly Contender[];
  readonly shape: Shape;
  /** Whom encke is compared with. */
  readonly against: string;
  /** How many times cheaper than that encke must be; only shown when absent. */
  readonly goal?: number;
  readonly push?: Push;
}

type Head = keyof typeof requestHeads;

const PIPELINED_ECHO: Shape = { connections: 16, depth: 64 };
const PIPELINED_HTTP: Shape = { connections: 16, depth: 16 };
const ONE_IN_FLIGHT: Shape = { connections: 100, depth: 1 };
const ALONE: Shape = { connections: 0, depth: 1 };
const READERS: Shape = { connections: 1_000, depth: 1 };
const HELD: Shape = { connections: 5_000, depth: 1 };

export const CASES: readonly Case[] = [
  echoCase('echo, text of 125 octets, pipelined', 'text', PIPELINED_ECHO, 10),
  echoCase('echo, binary of 125 octets, pipelined', 'binary', PIPELINED_ECHO, 10),
  echoCase('echo, text of 125 octets, one in flight', 'text', ONE_IN_FLIGHT, 1.25),
  compressedEchoCase('echo, compressed, JSON of 200 octets', 200, 3),
  compressedEchoCase('echo, compressed, JSON of 1,024 octets', 1_024, 2.5),
  httpCase('http, minimal fields, keep-alive', 'minimal', ONE_IN_FLIGHT, 1.5),
  httpCase('http, minimal fields, pipelined', 'minimal', PIPELINED_HTTP, 8),
  httpCase('http, browser fields, keep-alive', 'browser', ONE_IN_FLIGHT, 1.8),
  httpCase('http, browser fields, pipelined', 'browser', PIPELINED_HTTP, 5),
  parserCase('parser, request head of 652 octets', 'browser', 1),
  parserCase('parser, request head of 38 octets', 'minimal'),
  eventStreamCase('fan-out, event stream, one message', 1, 2),
  eventStreamCase('fan-out, event stream, burst of 16', 16, 10),
  webSocketCase('fan-out, WebSocket, one message', 1),
  webSocketCase('fan-out, WebSocket, burst of 16', 16, 15),
  heldCase('memory, held poll', 'held poll', 2),
  heldCase('memory, event stream', 'event stream'),
  compressedMemoryCase('memory, WebSocket that compresses', 13),
];

function echoCase(title: string, kind: 'text' | 'binary', shape: Shape, goal: number): Case {
  const traffic = echoTraffic(kind);
  return {
    title,
    shape,
    against: 'ws',
    goal,
    contenders: [
      node('encke', 'encke', traffic),
      node('raw net', 'raw-net-echo', unparsedEchoTraffic(kind)),
      node('encke/ws', 'encke-ws', traffic),
      node('ws', 'ws', traffic),
      bun(traffic),
    ],
  };
}

/** All by their defaults, but that `ws` compresses messages of any length. */
function compressedEchoCase(title: string, size: number, goal: number): Case {
  const traffic = compressedEchoTraffic(size);
  return {
    title,
    shape: ONE_IN_FLIGHT,
    against: 'ws',
    goal,
    contenders: [
      node('encke', 'encke', traffic, ['compression']),
      node('encke/ws', 'encke-ws', traffic, ['compression']),
      node('ws', 'ws', traffic, ['compression']),
      bun(traffic, ['compression']),
    ],
  };
}

function httpCase(title: string, head: Head, shape: Shape, goal: number): Case {
  const traffic = httpTraffic(head, requestHeads);
  return {
    title,
    shape,
    against: 'node:http',
    goal,
    contenders: [
      node('encke', 'encke', traffic),
      node('raw net', 'raw-net-http', traffic, [`${traffic.requestLength}`]),
      node('node:http', 'node-http', traffic),
      bun(traffic),
    ],
  };
}

function parserCase(title: string, head: Head, goal?: number): Case {
  return {
    title,
    shape: ALONE,
    against: 'HTTPParser',
    ...(goal === undefined ? {} : { goal }),
    contenders: [
      node('encke', 'encke-request-head', undefined, [head]),
      node('HTTPParser', 'node-http-parser', undefined, [head]),
    ],
  };
}

function eventStreamCase(title: string, burst: number, goal: number): Case {
  return {
    title,
    goal,
    shape: READERS,
    against: 'better-sse',
    push: { wanted: 'event stream', burst },
    contenders: [
      node('encke', 'encke-live', undefined),
      // It knows no bursts: each message would be a write.
      ...(burst === 1 ? [node('raw net', 'raw-net-push', undefined)] : []),
      node('node:http', 'node-http-push', undefined),
      node('better-sse', 'better-sse', undefined),
    ],
  };
}

function webSocketCase(title: string, burst: number, goal?: number): Case {
  return {
    title,
    shape: READERS,
    against: 'ws',
    ...(goal === undefined ? {} : { goal }),
    push: { wanted: 'websocket', burst },
    contenders: [node('encke', 'encke-live', undefined), node('ws', 'ws-broadcast', undefined)],
  };
}

function heldCase(title: string, wanted: Wanted, goal?: number): Case {
  return {
    title,
    shape: HELD,
    against: 'node:http',
    ...(goal === undefined ? {} : { goal }),
    push: { wanted, burst: 0 },
    contenders: [
      node('encke', 'encke-live', undefined),
      node('node:http', 'node-http-push', undefined),
    ],
  };
}

/** Connections that have each sent a compressed message, and been sent one. */
function compressedMemoryCase(title: string, goal: number): Case {
  return {
    title,
    goal,
    shape: HELD,
    against: 'ws',
    push: { wanted: 'compressed WebSocket', burst: 0, isResident: true },
    contenders: [
      node('encke', 'encke', undefined, ['compression']),
      node('ws', 'ws', undefined, ['compression']),
      bun(undefined, ['compression']),
    ],
  };
}

function node(
  name: string,
  file: string,
  traffic: Traffic | undefined,
  args: readonly string[] = [],
): Contender {
  return { name, file, args, runtime: 'node', ...(traffic === undefined ? {} : { traffic }) };
}

function bun(traffic: Traffic | undefined, args: readonly string[] = []): Contender {
  return { ...node('Bun', 'bun', traffic, args), runtime: 'bun' };
}
