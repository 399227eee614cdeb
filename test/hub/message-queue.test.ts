import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { sessionWith, text } from '../support/session.ts';
import { frameTo } from '../support/websocket.ts';

describe('MessageQueue', () => {
  it('hands out message after message, and pauses while nobody asks', async () => {
    const { carrier, session } = sessionWith();
    const messages = session.socket[Symbol.asyncIterator]();
    carrier.receive(Buffer.concat([text('a'), text('b'), text('c')]));
    assert.notEqual(carrier.holds, 0);
    assert.ok(carrier.endpoint!.waiting > 0);
    for (const expected of ['a', 'b', 'c']) {
      assert.deepEqual(await messages.next(), { value: expected, done: false });
    }
    assert.equal(carrier.endpoint!.waiting, 0);
  });

  it('waits for the next message, and ends with the connection', async () => {
    const { carrier, session } = sessionWith();
    const seen: unknown[] = [];
    const loop = (async () => {
      for await (const message of session.socket) seen.push(message);
    })();
    carrier.receive(text('a'));
    await turn();
    carrier.receive(text('b'));
    await turn();
    carrier.receive(frameTo('server', { opcode: 8 }));
    await loop;
    assert.deepEqual(seen, ['a', 'b']);
  });

  it('hears the peer close, asked or not, once we have begun to', () => {
    const { carrier, session, told } = sessionWith();
    session.socket[Symbol.asyncIterator]();
    session.socket.close(1000);
    carrier.receive(frameTo('server', { opcode: 8, payload: Buffer.from([3, 0xe8]) }));
    assert.equal(told.at(-1), 'close 1000  undefined');
  });

  it('goes on with control frames when the loop is left', async () => {
    const { carrier, session, told } = sessionWith();
    carrier.receive(text('before'));
    queueMicrotask(() => carrier.receive(text('later')));
    for await (const message of session.socket) {
      assert.equal(message, 'later');
      break;
    }
    carrier.receive(text('dropped'));
    carrier.receive(frameTo('server', { opcode: 9, payload: 'x' }));
    assert.deepEqual(told, ['open', 'message before', 'ping x']);
  });

  it('gives those who ask at once a message each, in their order', async () => {
    const { carrier, session } = sessionWith();
    const messages = session.socket[Symbol.asyncIterator]();
    const asked = [messages.next(), messages.next(), messages.next()];
    carrier.receive(Buffer.concat([text('a'), text('b')]));
    carrier.receive(frameTo('server', { opcode: 8 }));
    const results = await Promise.all(asked);
    assert.deepEqual(
      results.map(({ value }) => value),
      ['a', 'b', undefined],
    );
  });

  it('is iterated once only, and is over at once when the connection is', async () => {
    const { carrier, session } = sessionWith();
    carrier.tenant!.gone();
    const messages = session.socket[Symbol.asyncIterator]();
    assert.deepEqual(await messages.next(), { value: undefined, done: true });
    assert.throws(() => session.socket[Symbol.asyncIterator](), TypeError);
  });
});
