import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';

import { until } from '../support/until.ts';
import { LIBRARIES } from '../support/ws-libraries.ts';
import { connected, endOf } from '../support/ws-pair.ts';

for (const [name, library] of LIBRARIES) {
  describe(`the events that browsers have, of ${name}`, () => {
    it('have the properties of the standard', async () => {
      const { client, server, end } = await connected(library);
      const told: unknown[] = [];
      client.addEventListener('message', ({ type, target, data }) => {
        told.push([type, target === client, data]);
      });
      client.onclose = ({ type, target, code, reason, wasClean }) => {
        told.push([type, target === client, code, reason, wasClean]);
      };
      server.send('text');
      server.send(Buffer.from('octets'));
      server.close(4000, 'bye');
      await once(client, 'close');
      assert.deepEqual(told, [
        ['message', true, 'text'],
        ['message', true, Buffer.from('octets')],
        ['close', true, 4000, 'bye', true],
      ]);
      await end();
    });

    it('tell of what could not be opened', async () => {
      const socket = new library.WebSocket('ws://localhost:1');
      const told: unknown[] = [];
      socket.onerror = ({ type, error, message }) => told.push([type, error.code, message !== '']);
      socket.onclose = ({ code, wasClean }) => told.push([code, wasClean]);
      await endOf(socket);
      assert.deepEqual(told, [
        ['error', 'ECONNREFUSED', true],
        [1006, false],
      ]);
    });

    it('are told to each listener once, and to those that were taken away no more', async () => {
      const { client, server, end } = await connected(library);
      const told: string[] = [];
      const listener = () => void told.push('function');
      const object = {
        handleEvent(this: unknown) {
          told.push(this === object ? 'object' : 'something else');
        },
      };
      client.addEventListener('message', listener);
      client.addEventListener('message', listener);
      client.addEventListener('message', object);
      client.addEventListener('message', () => told.push('once'), { once: true });
      client.addEventListener('nonsense' as 'message', listener);
      server.send('a');
      await until(() => told.length === 3);
      client.removeEventListener('message', listener);
      client.removeEventListener('message', listener);
      server.send('b');
      await until(() => told.length === 4);
      assert.deepEqual(told, ['function', 'object', 'once', 'object']);
      await end();
    });

    it('have a handler each, in whose place another can be put', async () => {
      const { client, server, end } = await connected(library);
      const told: string[] = [];
      assert.equal(client.onmessage, null);
      const first = () => void told.push('first');
      client.onmessage = first;
      assert.equal(client.onmessage, first);
      // A handler is not a listener that was added.
      client.removeEventListener('message', first);
      server.send('a');
      await until(() => told.length === 1);
      client.onmessage = () => void told.push('second');
      server.send('b');
      await until(() => told.length === 2);
      client.onmessage = null;
      client.on('message', () => told.push('emitter'));
      server.send('c');
      await until(() => told.length === 3);
      assert.deepEqual(told, ['first', 'second', 'emitter']);
      for (const handler of ['onopen', 'onerror', 'onclose'] as const) {
        client[handler] = first;
        assert.equal(client[handler], first);
      }
      await end();
    });
  });
}
