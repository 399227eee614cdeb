import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Socket } from '../../src/hub/socket.ts';
import { sessionWith } from '../support/session.ts';

describe('Socket', () => {
  it('says that the peer is behind, and tells when it has caught up', () => {
    const { carrier, session, told } = sessionWith();
    assert.equal(session.socket.send('a'), true);
    carrier.behind = true;
    carrier.bufferedAmount = 5;
    assert.equal(session.socket.send(Buffer.from('b')), false);
    assert.equal(session.socket.bufferedAmount, 5);
    carrier.tenant!.drained();
    assert.deepEqual(told, ['open', 'drain']);
  });

  it('refuses to send what is no message', () => {
    const { session } = sessionWith();
    for (const data of [5, null, undefined, {}, [1]]) {
      assert.throws(() => session.socket.send(data as unknown as string), TypeError);
    }
  });

  it('pings by hand, with at most 125 octets', () => {
    const { session, wire } = sessionWith();
    session.socket.ping(Buffer.from('p'));
    assert.equal(wire(), '\x89\x01p');
    assert.throws(() => session.socket.ping(Buffer.alloc(126)), RangeError);
  });

  it('terminates without a word', () => {
    const { carrier, session, told, wire } = sessionWith();
    session.socket.terminate();
    assert.equal(wire(), '');
    assert.equal(carrier.output.state, 'destroyed');
    assert.deepEqual(told, ['open', 'close 1006  undefined']);
  });
});

describe('Socket of any data', () => {
  it('takes a socket whose data is known, as a function for all sockets would', () => {
    const { session } = sessionWith();
    const known: Socket<string> = session.socket as Socket<string>;
    const any: Socket = known;
    assert.equal(any.readyState, 'open');
  });
});
