import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventStreamDecoder } from '../../src/event-stream/index.ts';
import { TRANSPORTS } from '../support/live-peer.ts';
import { Victim } from './attacker.ts';
import { NAMES_OF_MEMBERS, post, published, receive, statusOf } from './live.ts';

let common: Victim;
before(async () => {
  common = await Victim.start({});
});
after(async () => {
  const { pollution } = await common.state();
  assert.deepEqual(pollution, []);
  await common.assertUnharmed();
  common.stop();
});

/** What breaks a line, a script, a document, a string or a frame somewhere. */
const HOSTILE = [
  'a\nb',
  'a\rb',
  'a\r\nb',
  'a\n\nb',
  '\n\nevent: evil\ndata: x\n\n',
  'data: x',
  ': comment',
  'id: 9\nretry: 1',
  '\0',
  'a\0b',
  '\ufeffdata',
  '\u2028',
  '\u2029',
  '\u0085',
  '\v\f',
  '</script><script>evil()</script>',
  '<!--',
  '<script>',
  ']]>',
  '"); evil(); ("',
  "'",
  '\\',
  '\\u003c',
  '`$' + '{evil}`',
  '\ud83d\ude00',
  'ü€😀',
  '\x7f\x80',
  '0\r\n\r\n',
  '\x81\x05hello',
  'x'.repeat(20_000),
];

describe('data that means harm', () => {
  for (const n of [
    '-1',
    '0',
    '1.5',
    '1e999',
    '-0',
    '"1"',
    '[1]',
    '{}',
    'null',
    'true',
    '9007199254740993',
  ]) {
    it(`S1: is not taken with the number ${n}, on any way up`, async () => {
      const peer = await receive(common, 'websocket');
      const { messages } = await common.state();
      const answer = await post(common, peer.ready.session, `[{"n":${n},"data":{"to":"inbox"}}]`);
      assert.equal(answer.status, 400);
      peer.send(`{"n":${n},"data":{"to":"inbox"}}`);
      assert.equal((await peer.ended()).bye!.reason, 'bad-message');
      assert.equal((await common.state()).messages, messages);
    });
  }

  it('S1: is not waited for, whatever number announces what is to come before it', async () => {
    const peer = await receive(common, 'websocket');
    const answer = await post(common, peer.ready.session, '[{"n":1e9,"data":1}]');
    assert.deepEqual(await answer.json(), { error: 'out-of-order', expected: 1 });
    peer.send('{"n":1e9,"data":1}');
    assert.deepEqual((await peer.ended()).bye, { reason: 'out-of-order', expected: 1, retry: 0 });
  });

  for (const transport of TRANSPORTS) {
    for (const name of NAMES_OF_MEMBERS) {
      it(`S2: is no more than data when everything is called ${name}, by ${transport}`, async () => {
        const { opened } = await common.state();
        const lost = await receive(common, transport, { session: name, [name]: name, wait: '0' });
        assert.deepEqual(lost.ready.gaps, ['']);
        lost.leave();
        assert.equal((await common.state()).opened, opened + 1);
        assert.equal((await post(common, name, [{ n: 1, data: 1 }])).status, 409);

        const first = await receive(common, 'long-poll', { wait: '0' });
        const { session } = first.ready;
        const data = JSON.parse(`{"channel":"${name}","${name}":{"polluted":true}}`) as object;
        await post(common, session, [{ n: 1, data }]);
        const query = { session, cursor: first.cursor, channel: name };
        const peer = await receive(common, transport, query);
        await peer.until(({ id }) => id !== undefined);
        peer.leave();
        assert.equal(JSON.stringify(peer.entries), JSON.stringify([data]));
        assert.equal(peer.records.find(({ id }) => id !== undefined)!.channel, name);
      });
    }

    it(`S5: is delivered as one entry each, unchanged, by ${transport}`, async () => {
      const first = await receive(common, 'long-poll', { wait: '0' });
      const { session } = first.ready;
      const data = HOSTILE.map((text) => ({ text, [text]: text }));
      await post(
        common,
        session,
        data.map((each, i) => ({ n: i + 1, data: each })),
      );
      const peer = await receive(common, transport, { session, cursor: first.cursor });
      await peer.until(({ data: last }) => (last as { text?: string })?.text === HOSTILE.at(-1));
      peer.leave();
      assert.deepEqual(peer.entries, data);
      for (const forbidden of ['</script><', '<!--<', '\u2028', '\u2029', '\r']) {
        const text = peer.text.replaceAll('<!--   ', '').replaceAll('<script nonce', '');
        assert.ok(!text.includes(forbidden), JSON.stringify(forbidden));
      }
    });
  }

  it('S5: is one event each to the decoder of the standard', async () => {
    const first = await receive(common, 'long-poll', { wait: '0' });
    const { session } = first.ready;
    const messages = HOSTILE.map((text, i) => ({ n: i + 1, data: text }));
    await post(common, session, messages);
    const peer = await receive(common, 'event-stream', { session, cursor: first.cursor });
    await peer.until(({ data }) => data === HOSTILE.at(-1));
    peer.leave();
    const events: unknown[] = [];
    const decode = eventStreamDecoder({
      event: (type, data) =>
        type === 'message' && events.push((JSON.parse(data) as { data: unknown }).data),
    });
    decode(peer.text);
    assert.deepEqual(events, HOSTILE);
  });

  for (const callback of [
    '',
    'alert(1)',
    'a;b',
    'a b',
    'a\nb',
    'a\0',
    'a<b',
    '</script>',
    'a[0]',
    'ü',
    'a\u2028',
    '"a"',
    'x'.repeat(65),
    'CWSMIKI0hCD0Up0IZUnnnnnnnnnnnnnnnnnnnUU5nnnnnn3Snn7iiudIbEAt333swW0ssG03',
  ]) {
    it(`S6: calls nothing but a name, never ${JSON.stringify(callback)}`, async () => {
      const peer = await receive(common, 'jsonp', { callback });
      await peer.ended();
      assert.equal(peer.status, 400);
      assert.match(peer.headers['content-type']!, /^text\/plain/);
      assert.equal(peer.headers['x-content-type-options'], 'nosniff');
      if (callback !== '') assert.ok(!peer.text.includes(callback));
    });
  }

  it('S6: is called in a script that is nothing else', async () => {
    for (const callback of ['__proto__', 'a.b.c', '$_', 'x'.repeat(64)]) {
      const peer = await receive(common, 'jsonp', { callback, wait: '0' });
      await peer.ended();
      assert.ok(peer.text.startsWith(`/**/${callback}([`));
      assert.match(peer.headers['content-type']!, /^application\/javascript/);
      assert.equal(peer.headers['x-content-type-options'], 'nosniff');
    }
  });

  it('S6: reaches no page that is not known to be let in, as a script or in a frame', async () => {
    const cookie = 'session=visitor';
    for (const transport of ['jsonp', 'forever-frame'] as const) {
      const referer = 'https://evil.example/page';
      const headers = { cookie, referer, 'sec-fetch-site': 'cross-site' };
      const peer = await receive(common, transport, {}, headers);
      await peer.ended();
      assert.equal(statusOf(peer), 403);
      const injected = { cookie, referer: 'https://evil.example";evil();"/' };
      const frame = await receive(common, transport, {}, injected);
      frame.leave();
      assert.ok(!frame.text.includes('evil'), frame.text);
    }
  });

  it('S6: does not end the script that it stands in', async () => {
    const { peer, entries } = await published(
      common,
      'forever-frame',
      '</script><img src=x onerror=evil()>',
    );
    assert.deepEqual(entries, ['</script><img src=x onerror=evil()>']);
    assert.ok(!peer.text.includes('<img'));
  });

  it('H14: costs no more when all its keys are numbers', async () => {
    const peer = await receive(common, 'stream');
    const before = await common.state();
    const keys = Array.from({ length: 50_000 }, (_, i) => `"${i * 7_919}":0`);
    const answer = await post(common, peer.ready.session, `[{"n":1,"data":{${keys.join()}}}]`);
    assert.equal(answer.status, 200);
    const after = await common.state();
    assert.ok(after.worked - before.worked < 1_000, `${after.worked - before.worked} ms`);
    peer.leave();
  });
});
