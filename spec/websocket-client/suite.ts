import { type ClientSuite, named, within } from '../client-suite.ts';
import type { Program } from '../program.ts';
import { ScriptedServer } from '../scripted-server.ts';
import { Talk, text } from '../websocket-wire.ts';
import { answerTo } from './answer.ts';
import { webSocketClientOf } from './command.ts';
import { command as saying } from './judgements.ts';
import { WEBSOCKET_CLIENT_PROBES } from './probes.ts';
import { runWebSocketClientProbes } from './run.ts';
import { ADDRESS } from './subject.ts';

/** Clients of WebSocket. */
export const WEBSOCKET_CLIENTS: ClientSuite = {
  probes: WEBSOCKET_CLIENT_PROBES,
  obstacleOf,
  run: (command, ids, waiting, options) => {
    const probes = named(WEBSOCKET_CLIENT_PROBES, ids);
    const client = webSocketClientOf(command);
    return runWebSocketClientProbes(probes, { client, ...waiting }, options);
  },
};

/** Nothing when the client connects, and sends a text back. */
async function obstacleOf(
  command: readonly string[],
  timeout: number,
): Promise<string | undefined> {
  const server = await ScriptedServer.start(timeout);
  let program: Program | undefined;
  let isGone = false;
  const client = webSocketClientOf(command, (started) => {
    program = started;
    void started.whenGone.then(() => {
      isGone = true;
      server.isDeserted = true;
    });
  });
  const end = client(ADDRESS.replace('{port}', new URL(server.origin).port), []);
  const visit = await server.next();
  let echo: string | undefined;
  if (visit !== undefined) {
    await visit.wire.send(answerTo(visit));
    const talk = new Talk(visit.wire);
    await talk.send(saying('Hello'));
    echo = await talk.next();
  }
  const reason =
    echo === undefined
      ? `the client sent no opening handshake${within(timeout, isGone)}`
      : `the client has to send the text "Hello" back, and what came was: ${echo}`;
  const obstacle = echo === text('Hello') ? undefined : await program!.obstacle(reason);
  end();
  server.close();
  return obstacle;
}
