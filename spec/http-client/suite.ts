/**
 * How clients of HTTP are judged that are programs of their own.
 *
 * @module
 */

import { type ClientSuite, named } from '../client-suite.ts';
import type { Program } from '../program.ts';
import { httpClientOf } from './command.ts';
import { ExchangeServer } from './exchange-server.ts';
import { describe, isAnswer, type Told } from './probe.ts';
import { HTTP_CLIENT_PROBES } from './probes.ts';
import { inTime, runHttpClientProbes } from './run.ts';

/** Clients of HTTP/1.1. */
export const HTTP_CLIENTS: ClientSuite = {
  probes: HTTP_CLIENT_PROBES,
  obstacleOf,
  run: (command, ids, waiting, options) => {
    const client = httpClientOf(command);
    return runHttpClientProbes(named(HTTP_CLIENT_PROBES, ids), { client, ...waiting }, options);
  },
};

/** Nothing when the client asks, and tells of the answer. */
async function obstacleOf(
  command: readonly string[],
  timeout: number,
): Promise<string | undefined> {
  const server = await ExchangeServer.start(timeout);
  let program: Program | undefined;
  const client = httpClientOf(command, (started) => {
    program = started;
  })(server.origin);
  const asked = client.request({ url: `${server.origin}/` });
  const told = await inTime(asked, timeout, program!.whenGone);
  const isTold = isAnswer(told, 200, 'ok');
  const obstacle = isTold ? undefined : await program!.obstacle(reasonOf(told, server));
  client.close();
  server.close();
  return obstacle;
}

function reasonOf(told: Told, { requests }: ExchangeServer): string {
  if (requests.length === 0) return `the client sent no request: ${describe(told)}`;
  return `the client does not tell of an answer: a line like {"id":1,"status":200,"fields":[],"content":"ok"} is expected on its standard output, and not ${describe(told)}`;
}
