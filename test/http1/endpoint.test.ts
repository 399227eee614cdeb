import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Endpoint } from '../../src/http1/endpoint.ts';
import { ascii } from '../support/octets.ts';

/** Takes one octet a step. */
class OctetByOctet extends Endpoint {
  taken = '';
  closed = false;
  onOctet: (octet: string) => void = () => {};

  get held(): number {
    return this.reader.octets.length;
  }

  rest(): Uint8Array {
    return this.takeRest();
  }

  protected override advance(): boolean {
    if (this.reader.available === 0) return false;
    const octet = String.fromCharCode(this.reader.octets[this.reader.position++]!);
    this.taken += octet;
    this.onOctet(octet);
    return true;
  }

  protected override isClosed(): boolean {
    return this.closed;
  }
}

describe('Endpoint', () => {
  it('works off what it receives', () => {
    const endpoint = new OctetByOctet();
    endpoint.receive(ascii('abc'));
    assert.equal(endpoint.taken, 'abc');
    assert.equal(endpoint.waiting, 0);
  });

  it('stops at once when it is paused, and goes on with what came meanwhile', () => {
    const endpoint = new OctetByOctet();
    endpoint.onOctet = () => endpoint.pause();
    endpoint.receive(ascii('ab'));
    endpoint.receive(ascii('c'));
    assert.equal(endpoint.taken, 'a');
    assert.equal(endpoint.waiting, 2);
    endpoint.onOctet = () => {};
    endpoint.resume();
    assert.equal(endpoint.taken, 'abc');
  });

  it('goes on in the same loop when it is resumed inside a call', () => {
    const endpoint = new OctetByOctet();
    const depths: number[] = [];
    let depth = 0;
    endpoint.onOctet = () => {
      depths.push(++depth);
      endpoint.pause();
      endpoint.resume();
      depth--;
    };
    endpoint.receive(ascii('abc'));
    assert.deepEqual(depths, [1, 1, 1]);
  });

  it('does not let itself be entered twice', () => {
    const endpoint = new OctetByOctet();
    endpoint.onOctet = () => assert.throws(() => endpoint.receive(ascii('x')), /receive/);
    endpoint.receive(ascii('ab'));
    assert.equal(endpoint.taken, 'ab');
  });

  it('can go on when a call has thrown', () => {
    const endpoint = new OctetByOctet();
    endpoint.onOctet = (octet) => {
      if (octet === 'a') throw new Error('a');
    };
    assert.throws(() => endpoint.receive(ascii('ab')), /a/);
    endpoint.receive(ascii('c'));
    assert.equal(endpoint.taken, 'abc');
  });

  it('holds no memory while nothing waits', () => {
    const endpoint = new OctetByOctet();
    endpoint.receive(Buffer.alloc(65_536, 'a'));
    assert.equal(endpoint.held, 0);
  });

  it('gives out what waits, and holds it no longer', () => {
    const endpoint = new OctetByOctet();
    endpoint.pause();
    endpoint.receive(ascii('abc'));
    assert.equal(Buffer.from(endpoint.rest()).toString(), 'abc');
    assert.equal(endpoint.waiting, 0);
    assert.equal(endpoint.held, 0);
  });

  it('takes nothing when it is closed', () => {
    const endpoint = new OctetByOctet();
    endpoint.closed = true;
    endpoint.receive(ascii('a'));
    assert.equal(endpoint.waiting, 0);
    assert.equal(endpoint.taken, '');
  });
});
