import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type LiveHub, liveHub, numbers } from '../browser/live-hub.ts';
import { TRANSPORTS } from '../support/live-peer.ts';
import { DOORS, type Door, OWN } from './doors.ts';
import { PlainReader } from './plain-reader.ts';

const COUNT = 1_000;

for (const kind of [OWN, ...DOORS]) {
  describe(`plain readers, through ${kind.name}`, () => {
    if (kind.missing !== undefined) {
      it(`are not tried: ${kind.missing}`, () => {});
      return;
    }
    let live: LiveHub;
    let door: Door;
    before(async () => {
      live = await liveHub();
      door = await kind.open(live);
    });
    after(async () => {
      await door?.close();
      await live.hub.close();
    });

    for (const transport of TRANSPORTS) {
      it(`get ${COUNT} messages and send as many by ${transport}, in order, each once`, async () => {
        const asking = { path: '/live', headers: { 'accept-encoding': 'gzip' } };
        const reader = await PlainReader.open(door.port, transport, asking);
        const { session } = reader;
        const sending = reader.send(COUNT);
        await live.publish(COUNT);
        assert.deepEqual(await reader.read(COUNT), numbers(COUNT));
        await sending;
        assert.deepEqual(live.received.get(session), numbers(COUNT));
        assert.deepEqual(reader.gaps, []);
        assert.equal(reader.headers['content-encoding'], undefined);
        reader.leave();
      });
    }
  });
}
