import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';

import { openingHandshake } from '../../spec/opening-handshake.ts';
import { connectSecurely } from '../../spec/tls-wire.ts';
import { Victim } from './attacker.ts';

describe('a TLS connection that means harm', () => {
  it('H12: may be anything but TLS', async () => {
    await Victim.attack({}, async (victim) => {
      for (const octets of [
        openingHandshake(victim, {}),
        '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00',
        '\x16\x03\x01\xff\xff',
        '\x80\x2e\x01\x00\x02',
        '\x15\x03\x03\x00\x02\x02\x28',
        '\x00'.repeat(1_000),
      ]) {
        const wire = await victim.connect(victim.securePort);
        await wire.send(octets);
        wire.end();
        assert.doesNotMatch((await wire.readToEnd()).toString('latin1'), /^HTTP/);
        assert.notEqual(wire.ending, 'open');
      }
    });
  });

  it('H12: may be reset behind any of the octets of its first message', async () => {
    await Victim.attack({}, async (victim) => {
      const { wire, secure } = await connectSecurely(victim);
      const hello = wire.transcript.find(({ direction }) => direction === 'sent')!.octets;
      secure.destroy();
      for (let length = 1; length <= hello.length; length += 3) {
        const cut = await victim.connect(victim.securePort);
        await cut.send(hello.subarray(0, length));
        cut.reset();
      }
    });
  });

  for (const [what, options] of [
    ['the name', { servername: 'fault.example' }],
    ['the protocols', { ALPNProtocols: ['fault', 'http/1.1'] }],
  ] as const) {
    it(`H12: may make the callback throw that is to choose by ${what}`, async () => {
      await Victim.attack({}, async (victim) => {
        await attempt(victim, options);
        const { faults } = await victim.state();
        assert.deepEqual(faults, []);
      });
    });
  }

  it('H12: may be no more than what it should be, and is served', async () => {
    await Victim.attack({}, async (victim) => {
      const { secure } = await connectSecurely(victim);
      secure.write(openingHandshake(victim, {}), 'latin1');
      const [head] = (await once(secure, 'data')) as [Buffer];
      assert.match(head.toString('latin1'), /^HTTP\/1\.1 101 /);
      secure.destroy();
    });
  });
});

// Helpers

/** Tries to make a TLS connection, and waits for its end. */
async function attempt(victim: Victim, options: ConnectionOptions): Promise<void> {
  const secure = connect({
    host: victim.host,
    port: victim.securePort,
    rejectUnauthorized: false,
    ...options,
  });
  secure.on('error', () => {});
  secure.on('secureConnect', () => secure.end());
  await new Promise((resolve) => secure.on('close', resolve));
}
