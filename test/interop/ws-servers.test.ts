/**
 * Servers of others that were written for `ws`, on `ws` and, unchanged, on what is to take its place.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

import { until } from '../support/until.ts';
import { addressOf, LIBRARIES } from '../support/ws-libraries.ts';

for (const [name, { WebSocket, WebSocketServer }] of LIBRARIES) {
  async function listening() {
    const server = new WebSocketServer({ port: 0, host: 'localhost' });
    await once(server, 'listening');
    return server;
  }

  describe(`a server of others on ${name}`, () => {
    it('of graphql-ws answers a query and a subscription', async () => {
      const server = await listening();
      const running = useServer({ schema: SCHEMA }, server);
      const client = createClient({ url: addressOf(server), webSocketImpl: WebSocket });
      const greetings: unknown[] = [];
      for await (const { data } of client.iterate({ query: '{ hello }' })) greetings.push(data);
      for await (const { data } of client.iterate({ query: 'subscription { greeting }' })) {
        greetings.push(data);
      }
      assert.deepEqual(JSON.parse(JSON.stringify(greetings)), [
        { hello: 'comet' },
        { greeting: 'hi' },
        { greeting: 'ciao' },
      ]);
      await client.dispose();
      await running.dispose();
    });

    it('of tRPC answers a query and a subscription, and asks to reconnect', async () => {
      const server = await listening();
      const handler = applyWSSHandler({
        wss: server,
        router: ROUTER,
        keepAlive: { enabled: true },
      });
      const opened: number[] = [];
      const socket = createWSClient({
        url: addressOf(server),
        WebSocket: WebSocket as never,
        onOpen: () => opened.push(opened.length),
      });
      const client = createTRPCClient<typeof ROUTER>({ links: [wsLink({ client: socket })] });
      assert.equal(await client.hello.query('comet'), 'hello comet');
      const counted: number[] = [];
      await new Promise<void>((resolve, reject) => {
        client.count.subscribe(3, {
          onData: (number) => counted.push(number),
          onComplete: resolve,
          onError: reject,
        });
      });
      assert.deepEqual(counted, [0, 1, 2]);
      handler.broadcastReconnectNotification();
      await until(() => opened.length === 2);
      assert.equal(await client.hello.query('again'), 'hello again');
      await socket.close();
      server.close();
      await until(() => server.clients.size === 0);
    });

    it('of @y/websocket-server has two documents agree', async () => {
      const { child, port } = await startYjs(name);
      const [one, other] = [new Y.Doc(), new Y.Doc()];
      const providers = [one, other].map((document) => {
        const options = { WebSocketPolyfill: WebSocket as never, disableBc: true };
        return new WebsocketProvider(`ws://127.0.0.1:${port}`, 'room', document, options);
      });
      one.getText('t').insert(0, 'comet');
      await until(() => other.getText('t').toString() === 'comet');
      other.getText('t').insert(0, 'the ');
      await until(() => one.getText('t').toString() === 'the comet');
      for (const provider of providers) provider.destroy();
      for (const document of [one, other]) document.destroy();
      child.kill();
      await once(child, 'close');
    });
  });
}

// What is served

const SCHEMA = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { hello: { type: GraphQLString, resolve: () => 'comet' } },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      greeting: {
        type: GraphQLString,
        async *subscribe() {
          for (const greeting of ['hi', 'ciao']) yield { greeting };
        },
      },
    },
  }),
});

const trpc = initTRPC.create();

const ROUTER = trpc.router({
  hello: trpc.procedure.input(String).query(({ input }) => `hello ${input}`),
  count: trpc.procedure.input(Number).subscription(async function* ({ input }) {
    for (let i = 0; i < input; i++) yield i;
  }),
});

/** The program of the package, which imports `ws`: with an alias, that is another. */
async function startYjs(name: string): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort();
  const alias = new URL('../support/ws-alias.js', import.meta.url).href;
  const child = spawn(
    process.execPath,
    [
      ...(name === 'ws' ? [] : ['--import', alias]),
      'node_modules/@y/websocket-server/src/server.js',
    ],
    {
      env: { ...process.env, HOST: '127.0.0.1', PORT: `${port}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let printed = '';
  child.stdout!.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  await until(() => printed.includes('running'));
  assert.equal(printed.includes('ws is encke/ws'), name !== 'ws');
  return { child, port };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  await once(server.close(), 'close');
  return port;
}
