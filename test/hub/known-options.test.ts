import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { nearest, requireOptions, requireRoute } from '../../src/hub/known-options.ts';
import { newHub } from '../support/running-hub.ts';

const KNOWN = { origins: true, onError: true, port: true } as const;

describe('requireOptions', () => {
  it('takes those that are known, given or not', () => {
    requireOptions('createHub', {}, KNOWN as never);
    requireOptions('createHub', { origins: [], port: undefined }, KNOWN as never);
  });

  for (const [given, message] of [
    [{ orgins: [] }, 'createHub has no option orgins: did you mean origins?'],
    [{ onerror: [] }, 'createHub has no option onerror: did you mean onError?'],
    [{ Port: 1 }, 'createHub has no option Port: did you mean port?'],
    [{ colour: 1 }, 'createHub has no option colour: it has origins, onError, port'],
    [{ toString: 1 }, 'createHub has no option toString: it has origins, onError, port'],
    [8080, 'the options of createHub must be an object, not the number 8080'],
    ['a', 'the options of createHub must be an object, not the string "a"'],
    [null, 'the options of createHub must be an object, not null'],
    [[1], 'the options of createHub must be an object, not a list'],
    [() => {}, /^the options of createHub must be an object, not the function/],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(given) ?? 'a function'}`, () => {
      const judge = () => requireOptions('createHub', given as never, KNOWN as never);
      assert.throws(judge, { name: 'TypeError', message });
    });
  }
});

describe('requireRoute', () => {
  const members = { handlers: { message: true, close: true }, options: { origins: true } } as const;
  const judge = (route: unknown) => () => requireRoute('a route', route as object, members);

  it('takes handlers, options, and what the handlers keep beside them', () => {
    class Chat {
      closed = 0;
      message(): void {}
    }
    judge(new Chat())();
    judge({ message() {}, messages() {}, origins: [], origin: 'mine', closed: 0 })();
  });

  for (const [route, message] of [
    [{ onmessage() {} }, 'a route has no onmessage: did you mean message?'],
    [{ mesage() {} }, 'a route has no mesage: did you mean message?'],
    [{ origin: [] }, 'a route has no origin: did you mean origins?'],
    [{ message: 'x' }, 'message of a route must be a function, not the string "x"'],
    [{ close: {} }, 'close of a route must be a function, not an object'],
    [undefined, 'a route must be an object, not undefined'],
  ] as const) {
    it(`says: ${message}`, () => {
      assert.throws(judge(route), { name: 'TypeError', message });
    });
  }
});

describe('nearest', () => {
  it('finds what was meant, and nothing for what is far', () => {
    const names = ['open', 'message', 'drain', 'ping', 'authorize'];
    const meant = ['authorise', 'Open', 'onopen', 'mesasge', 'on', 'king', 'kong', 'write'];
    assert.deepEqual(
      meant.map((name) => nearest(name, names)),
      ['authorize', 'open', 'open', 'message', undefined, 'ping', undefined, undefined],
    );
    assert.equal(nearest('any', []), undefined);
  });
});

describe('what an application gives to a hub', () => {
  const hub = newHub();
  for (const [what, mistake, message] of [
    ['a handler', () => hub.http('/none', undefined as never), /handler of \/none must be a func/],
    ['a path', () => hub.http(/a/ as never, () => ({})), /a path must be a string/],
    ['a path', () => hub.http('/a b', () => ({})), /a path is as it is on the wire: .*\/a%20b/],
    ['a path', () => hub.http('/ä', () => ({})), /\/%C3%A4/],
    ['a path', () => hub.http('/a*/b', () => ({})), /\* .* at the end/],
    ['a route', () => hub.websocket('/none', undefined as never), /must be an object/],
    ['a route', () => hub.websocket('/none', { onmessage() {} } as never), /did you mean message/],
    ['protocols', () => hub.websocket('/none', { protocols: 'a' } as never), /protocols .* list/],
    ['protocols', () => hub.websocket('/none', { protocols: ['a b'] }), /"a b"/],
    ['a channel', () => hub.channel('a', { entries: 5 } as never), /has no option entries/],
    ['a history', () => hub.channel('a', { history: 5 } as never), /history must be an object/],
    ['a server', () => hub.attach(Object.assign(() => {}, { emit() {} }) as never), /createServer/],
  ] as const) {
    it(`is judged there and then: ${what}, by ${message}`, () => {
      assert.throws(mistake as () => void, { name: /Type|Range/, message });
    });
  }

  it('leaves a path free that was not given a route', () => {
    hub.http('/none', () => ({}));
  });
});
