import assert from 'node:assert/strict';
import { describe } from 'node:test';
import fc from 'fast-check';

import { FAULTS, type FaultName, FrameDecoderModel } from '../../spec/models/frame-decoder.ts';
import { WEBSOCKET_FAULTS } from '../../src/errors.ts';
import type { WebSocketEndpoint } from '../../src/websocket/endpoint.ts';
import type { Role } from '../../src/websocket/frame-header.ts';
import { CODES } from '../support/frame-faults.ts';
import { almostTraffic, anyMessage, anyTraffic } from '../support/frames.ts';
import { law } from '../support/law.ts';
import { anySplitOf, lend } from '../support/octets.ts';
import { endpointOf, frameTo, Listener, type Told } from '../support/websocket.ts';

describe('WebSocketEndpoint', () => {
  for (const role of ['server', 'client'] as const) {
    law(
      'WebSocketEndpoint',
      'model',
      `for any octets to a ${role}: tells each thing by the octet that shows it`,
      fc.property(anyOctetsTo(role), anyLimit(), (octets, limit) => {
        const model = new FrameDecoderModel(role, limit);
        const { endpoint, listener } = endpointOf(role, { limit });
        const expected: Told[] = [];
        for (const octet of octets) {
          endpoint.receive(Uint8Array.of(octet));
          const told = model.take(octet);
          if (told?.[0] === 'fault') expected.push(failed(told[1]));
          else if (told !== undefined) expected.push(told);
          if (told?.[0] === 'close' && role === 'client') endpoint.receiveEnd();
          assert.deepEqual(listener.told, expected);
        }
      }),
    );

    law(
      'WebSocketEndpoint',
      'split',
      `for any octets to a ${role} and any split of them: tells and answers the same`,
      fc.property(
        anyOctetsTo(role).chain((octets) => fc.tuple(fc.constant(octets), anySplitOf(octets))),
        anyLimit(),
        ([octets, pieces], limit) => {
          assert.deepEqual(outcome(role, pieces, limit), outcome(role, [octets], limit));
        },
      ),
    );

    law(
      'WebSocketEndpoint',
      'round trip',
      `for anything sent to a ${role}: it is told`,
      fc.property(fc.array(anySending()), fc.infiniteStream(fc.nat()), (sendings, cuts) => {
        const sender = endpointOf(role === 'server' ? 'client' : 'server');
        const receiver = endpointOf(role);
        for (const { send } of sendings) send(sender.endpoint);
        const octets = sender.output.take();
        const cut = cuts.next().value! % (octets.length + 1);
        receiver.endpoint.receive(Buffer.from(octets.subarray(0, cut)));
        receiver.endpoint.receive(Buffer.from(octets.subarray(cut)));
        assert.deepEqual(
          receiver.listener.told,
          sendings.map(({ told }) => told),
        );
      }),
    );

    law(
      'WebSocketEndpoint',
      'prefix',
      `for any proper prefix of a message to a ${role}: asks for more`,
      fc.property(anyMessage(role), fc.nat(), (octets, at) => {
        const { endpoint, listener } = endpointOf(role);
        endpoint.receive(Buffer.from(octets.subarray(0, at % octets.length)));
        assert.equal(endpoint.state, 'open');
        assert.ok(listener.told.every(([what]) => what === 'ping' || what === 'pong'));
      }),
    );

    law(
      'WebSocketEndpoint',
      'rest',
      `for any octets behind a message to a ${role} that pauses: they wait as they are`,
      fc.property(anyOctetsTo(role), anyLimit(), (octets, limit) => {
        const first = frameTo(role, { opcode: 1, payload: 'pause' });
        const { endpoint, listener, output } = endpointOf(role, {
          limit,
          listener: new (class extends Listener {
            override message(data: string | Uint8Array): void {
              super.message(data);
              if (data === 'pause') endpoint.pause();
            }
          })(),
        });
        endpoint.receive(Buffer.concat([first, octets]));
        assert.deepEqual(listener.told.splice(0), [['text', 'pause']]);
        assert.equal(endpoint.waiting, octets.length);
        endpoint.resume();
        endpoint.receiveEnd();
        const { told, sent } = outcome(role, [octets], limit);
        assert.deepEqual({ told: listener.told, sent: output.take() }, { told, sent });
      }),
    );
  }
});

// Helpers

function anyOctetsTo(role: Role): fc.Arbitrary<Buffer> {
  return fc.oneof(
    { weight: 4, arbitrary: anyTraffic(role) },
    { weight: 5, arbitrary: almostTraffic(role) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }).map((octets) => Buffer.from(octets)) },
  );
}

/** Limits that messages reach, and one that none does. The least lets `pause` through. */
function anyLimit(): fc.Arbitrary<number> {
  return fc.constantFrom(5, 60, 125, 126, 200, 100_000);
}

/** Everything that is seen of an endpoint that is given these chunks, and then the end. */
function outcome(role: Role, chunks: readonly Uint8Array[], limit: number) {
  const { endpoint, listener, output } = endpointOf(role, { limit });
  for (const octets of chunks) lend(endpoint, octets);
  const { state } = endpoint;
  endpoint.receiveEnd();
  return { told: listener.told, sent: output.take(), state, end: output.state };
}

/** What is told when the connection is failed: no Close frame has come, so the code is 1006. */
function failed(fault: FaultName): Told {
  assert.equal(WEBSOCKET_FAULTS[CODES[fault]][0], FAULTS[fault]);
  return ['close', 1006, '', CODES[fault]];
}

/** Something that an endpoint sends, and what the other one is to be told. */
interface Sending {
  readonly send: (endpoint: WebSocketEndpoint) => void;
  readonly told: Told;
}

function anySending(): fc.Arbitrary<Sending> {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.integer({ min: 120, max: 130 }).map((length) => 'x'.repeat(length)),
  );
  const binary = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.integer({ min: 65_530, max: 65_540 }).map((length) => new Uint8Array(length).fill(0x80)),
  );
  const control = fc.uint8Array({ maxLength: 125 });
  return fc.oneof(
    text.map(
      (data) => ({ send: (end) => end.sendText(data), told: ['text', data] }) satisfies Sending,
    ),
    binary.map(
      (data) =>
        ({ send: (end) => end.sendBinary(data), told: ['binary', latin1(data)] }) satisfies Sending,
    ),
    control.map(
      (data) => ({ send: (end) => end.ping(data), told: ['ping', latin1(data)] }) satisfies Sending,
    ),
    control.map(
      (data) => ({ send: (end) => end.pong(data), told: ['pong', latin1(data)] }) satisfies Sending,
    ),
  );
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}
