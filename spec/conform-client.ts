/**
 * Judges a client that is a program of its own.
 *
 * @module
 */

import { allClauses } from './clauses.ts';
import { type ClientSuite, EVENT_STREAM_CLIENTS } from './client-suite.ts';
import { type ConformOptions, reported } from './conform.ts';
import { HTTP_CLIENTS } from './http-client/suite.ts';
import { inconclusive } from './probe.ts';
import type { Report } from './report/report.ts';
import { DEFAULT_TIMEOUT, type Result, resultOf } from './run-probes.ts';
import { select } from './selection.ts';
import { WEBSOCKET_CLIENTS } from './websocket-client/suite.ts';

/** All that a client under test may speak. */
export const CLIENT_PROTOCOLS = ['event-stream', 'websocket', 'http'] as const;

/** What a client under test speaks. */
export type ClientProtocol = (typeof CLIENT_PROTOCOLS)[number];

/** A client under test. */
export interface ClientUnderTest {
  /** What it is called in reports; the name of the program if nothing else is said. */
  readonly name?: string | undefined;
  /** What it speaks: event streams, if nothing else is said. */
  readonly speaks?: ClientProtocol | undefined;
  /**
   * The program and its arguments, in which `{url}` stands for the address that it is sent to. For a client
   * of event streams, `{types}` stands for the event types to be listened to, and it tells each event as a
   * line of JSON; for one of WebSocket, `{protocols}` stands for the subprotocols to ask for; one
   * of HTTP is told what to ask for on its standard input.
   */
  readonly command: readonly string[];
}

/** How each kind of client is judged. */
export const CLIENT_SUITES: Readonly<Record<ClientProtocol, ClientSuite>> = {
  'event-stream': EVENT_STREAM_CLIENTS,
  websocket: WEBSOCKET_CLIENTS,
  http: HTTP_CLIENTS,
};

/** How many clients run side by side, each of which is a program. */
const DEFAULT_CONCURRENCY = 8;

/**
 * Judges a client. What it does wrong is in the report; this rejects only when it is not told rightly
 * what to judge.
 *
 * @throws TypeError when the command has no place for the address.
 */
export async function conformClient(
  { name, speaks = 'event-stream', command }: ClientUnderTest,
  options: ConformOptions = {},
): Promise<Report> {
  if (!command.some((word) => word.includes('{url}'))) {
    throw new TypeError('the command has no {url} in it, where the address belongs');
  }
  const began = Date.now();
  const { seed = began % 1_000_000, timeout = DEFAULT_TIMEOUT, patience, onResult } = options;
  const suite = CLIENT_SUITES[speaks];
  const clauses = allClauses();
  const probes = select(suite.probes, options, clauses);
  const tell = (result: Result) => onResult?.(result, probes.length);
  const obstacle = await suite.obstacleOf(command, timeout);
  const { concurrency = DEFAULT_CONCURRENCY } = options;
  const results =
    obstacle === undefined
      ? await suite.run(
          command,
          probes.map(({ id }) => id),
          { timeout, patience },
          { seed, concurrency, onResult: tell },
        )
      : await Promise.all(
          probes.map((probe) => {
            const judged = Promise.resolve(inconclusive(probe.title, obstacle));
            return resultOf(probe, clauses, judged, timeout, []);
          }),
        );
  return {
    version: 1,
    subject: { name: name ?? command[0]!, role: 'client', command },
    date: new Date(began).toISOString(),
    seed,
    milliseconds: Date.now() - began,
    obstacles: obstacle === undefined ? [] : [obstacle],
    lacks: [],
    results: results.map((result, index) => reported(result, probes[index]!, clauses)),
  };
}
