import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { DEFAULT_LIMITS } from '../../src/hub/limits.ts';
import { SocketDeadlines } from '../../src/hub/socket-deadlines.ts';
import { WebSocketEndpoint } from '../../src/websocket/endpoint.ts';
import { TestCarrier } from '../support/test-carrier.ts';
import { Listener } from '../support/websocket.ts';

describe('SocketDeadlines', () => {
  it('pings a peer that is silent, and gives it up after as long again', () => {
    const { carrier, endpoint, deadlines } = endpointWith(1_000);
    assert.equal(deadlines.check(400), 600);
    assert.equal(deadlines.check(1_000), 1_000);
    assert.equal(carrier.output.take().toString('hex'), '8900');
    deadlines.check(1_500);
    assert.equal(carrier.output.take().length, 0);
    deadlines.check(2_000);
    assert.equal(endpoint.state, 'closed');
  });

  it('pings a peer that answers again and again, though its clock goes by ticks', () => {
    const { carrier, endpoint, deadlines } = endpointWith(1_000);
    for (let now = 1_000; now <= 10_000; now += 1_000) {
      assert.equal(deadlines.check(now), 1_000);
      assert.equal(carrier.output.take().toString('hex'), '8900', `${now}`);
      carrier.receivedAt = now;
    }
    assert.equal(endpoint.state, 'open');
  });

  it('gives nobody up without a Ping, however late it looks', () => {
    const { carrier, endpoint, deadlines } = endpointWith(1_000);
    assert.equal(deadlines.check(9_000), 1_000);
    assert.equal(carrier.output.take().toString('hex'), '8900');
    assert.equal(endpoint.state, 'open');
    deadlines.check(10_000);
    assert.equal(endpoint.state, 'closed');
  });

  it('does not listen for heartbeats while it does not read, nor where there are none', () => {
    const { carrier, endpoint, deadlines } = endpointWith(1_000);
    carrier.reading = false;
    deadlines.check(5_000);
    carrier.reading = true;
    assert.equal(deadlines.check(5_500), 500);
    assert.equal(endpoint.state, 'open');
    assert.equal(carrier.output.take().length, 0, 'no Ping: the silence was ours');
    assert.equal(endpointWith(0).deadlines.check(1e9), 10_000);
  });

  it('ends a closing handshake that the peer does not finish', () => {
    const { carrier, endpoint, deadlines } = endpointWith(1_000);
    carrier.now = 100;
    deadlines.closing();
    endpoint.close();
    carrier.now = 600;
    deadlines.closing();
    assert.equal(deadlines.check(1_100), DEFAULT_LIMITS.closing - 1_000);
    deadlines.check(100 + DEFAULT_LIMITS.closing);
    assert.equal(endpoint.state, 'closed');
  });

  it('fails a peer whose frame trickles in', () => {
    const { carrier, endpoint, deadlines } = endpointWith(0);
    endpoint.receive(Buffer.from([0x82]));
    deadlines.check(1);
    carrier.receivedOctets += 100;
    deadlines.check(10_001);
    assert.equal(endpoint.state, 'closed');
  });
});

// Helpers

function endpointWith(heartbeat: number) {
  const carrier = new TestCarrier();
  const options = { role: 'server', limits: DEFAULT_LIMITS } as const;
  const endpoint = new WebSocketEndpoint(new Listener(), carrier.output, options);
  const terms = { limits: DEFAULT_LIMITS, heartbeat };
  return { carrier, endpoint, deadlines: new SocketDeadlines(endpoint, carrier, terms) };
}
