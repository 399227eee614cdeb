import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { question, transportsOf } from '../../src/browser/transports.ts';
import type { Transport } from '../../src/browser/types.ts';
import { FakeBrowser } from '../support/fake-browser.ts';

const { platform } = new FakeBrowser();

function names(transports: readonly Transport[]): string[] {
  return transports.map(({ name }) => name);
}

describe('transportsOf', () => {
  it('has the WebSocket, the event stream, the stream and long polling, in that order', () => {
    const all = ['websocket', 'event-stream', 'stream', 'long-poll'];
    assert.deepEqual(names(transportsOf(undefined, platform)), all);
  });

  it('takes names and transports in the order that they are given', () => {
    const own: Transport = { name: 'pigeon', isFetch: true, open: () => ({ close() {} }) };
    assert.deepEqual(names(transportsOf(['stream', own, 'websocket'], platform)), [
      'stream',
      'pigeon',
      'websocket',
    ]);
  });

  it('leaves out the WebSocket where there is none', () => {
    const without = { ...platform, WebSocket: undefined };
    assert.deepEqual(names(transportsOf(undefined, without)), [
      'event-stream',
      'stream',
      'long-poll',
    ]);
    assert.throws(() => transportsOf(['websocket'], without), TypeError);
  });

  it('appends a question to a WebSocket beside which nothing sees a status', () => {
    const own: Transport = { name: 'pigeon', open: () => ({ close() {} }) };
    assert.equal(transportsOf(['websocket', own], platform).at(-1), question);
    assert.deepEqual(transportsOf([own], platform), [own]);
    assert.equal(transportsOf(['websocket'], platform).at(-1), question);
    assert.equal(transportsOf(['long-poll'], platform).length, 1);
  });

  it('knows no other names', () => {
    for (const name of ['jsonp', '', '__proto__', 'constructor']) {
      assert.throws(() => transportsOf([name], platform), { message: `no transport: ${name}` });
    }
    assert.throws(() => transportsOf([], platform), { message: 'no transport' });
  });
});

describe('question', () => {
  it('hears of an answer nothing but whether it is a refusal', async () => {
    const browser = new FakeBrowser();
    const heard: unknown[] = [];
    const ask = async () => {
      question.open({
        url: 'http://localhost/live',
        init: {},
        platform: browser.platform,
        receive: (records) => void heard.push(records),
        ended: (failure) => void heard.push(failure?.status),
      });
      await browser.settle();
    };
    await ask();
    browser.request.poll({ cursor: 'e.1-0' });
    await browser.settle();
    await ask();
    browser.request.answer(403);
    await browser.settle();
    assert.deepEqual(heard, [undefined, 403]);
  });
});
