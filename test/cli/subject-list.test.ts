import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SubjectList } from '../../src/cli/subject-list.ts';
import { UsageError } from '../../src/cli/usage.ts';

describe('SubjectList', () => {
  it('takes addresses of different kinds for one subject, and of the same kind for two', () => {
    const list = new SubjectList();
    list.address('ws://a:1/x');
    list.address('http://a:1/');
    list.option('event-stream', 'http://a:1/events?topic=x');
    list.option('live', 'https://a:1/live');
    list.option('full', 'http://a:2/live');
    list.address('wss://b:2/');
    assert.deepEqual(list.all, [
      {
        webSocket: 'ws://a:1/x',
        http: 'http://a:1/',
        eventStream: 'http://a:1/events?topic=x',
        live: 'https://a:1/live',
        full: 'http://a:2/live',
      },
      { webSocket: 'wss://b:2/' },
    ]);
  });

  it('takes what is told of a subject for the one that it stands behind', () => {
    const list = new SubjectList();
    list.option('subject', 'one');
    list.address('http://a:1/');
    list.option('reflector', '/mirror');
    list.option('subject', 'two');
    list.option('heartbeat', '200');
    list.option('gives-up-after', '1000');
    list.address('http://a:2/');
    list.option('report', 'json');
    assert.deepEqual(list.all, [
      { name: 'one', http: 'http://a:1/', reflector: '/mirror' },
      { name: 'two', http: 'http://a:2/', heartbeat: 200, givesUpAfter: 1_000 },
    ]);
  });

  for (const [take, said] of [
    [
      (list) => list.address('localhost:80'),
      /Is it ws:\/\/localhost:80 or http:\/\/localhost:80\?/,
    ],
    [(list) => list.address('ftp://a/'), /ftp:\/\/a\/ is not an address/],
    [(list) => list.address(':::'), /They are like ws:\/\/host:port\//],
    [(list) => list.address('http://a/b'), /GET \/ and POST \/echo/],
    [(list) => list.option('live', 'ws://a/'), /is not an address like http/],
    [(list) => list.option('publish', 'here'), /--publish takes a path that begins with \//],
    [(list) => list.option('round', 'x'), /--round takes a whole number/],
    [(list) => list.option('subject', 'a') ?? list.all, /the subject a has no address/],
    [(list) => list.option('reflector', '/a') ?? list.all, /a subject has no address/],
  ] as const satisfies readonly (readonly [(list: SubjectList) => unknown, RegExp])[]) {
    it(`says what to do: ${said.source}`, () => {
      assert.throws(
        () => take(new SubjectList()),
        (error) => error instanceof UsageError && said.test(error.message),
      );
    });
  }
});
