import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { FaultySocket } from '../../examples/transports/faulty-socket.ts';
import { Lane } from '../../examples/transports/lane.ts';
import type { TabNews } from '../../examples/transports/records.ts';
import { WireTap } from '../../examples/transports/wire-tap.ts';
import { ascii } from '../support/octets.ts';

const REQUEST = ascii('GET /live?way=stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
const OTHER = ascii('GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n');
const HEAD = ascii('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
const MESSAGE = ascii('19\r\n{"data":{"number":1234}}\n\r\n');
const NOTHING = ascii('3\r\n{}\n\r\n');
const LAST = ascii('0\r\n\r\n');

describe('WireTap', () => {
  let lane: Lane;
  let news: TabNews[];
  /** The network: what is written into it has come from the client. */
  let network: Network;
  let socket: FaultySocket;

  beforeEach(() => {
    news = [];
    lane = new Lane('stream', (piece) => news.push(piece));
    network = new Network();
    socket = new FaultySocket(
      network,
      (own) => new WireTap(own, (target) => (target.startsWith('/live') ? lane : undefined)),
    );
    socket.on('error', () => {}).resume();
  });

  async function exchange(request: Uint8Array, ...answer: readonly Uint8Array[]): Promise<void> {
    network.push(request);
    await turn();
    for (const octets of answer) socket.write(octets);
    await turn();
  }

  const traffic = () => lane.takeNews().find((piece) => piece.kind === 'traffic')?.traffic;

  it('counts heads, framing and content of a request that names the lane', async () => {
    await exchange(REQUEST, HEAD, MESSAGE, LAST);
    assert.deepEqual(traffic(), {
      requests: 1,
      empty: 0,
      heads: REQUEST.length + HEAD.length,
      framing: '19\r\n\r\n0\r\n\r\n'.length,
      content: 25,
    });
    assert.deepEqual(network.sent(), Buffer.concat([HEAD, MESSAGE, LAST]).toString('latin1'));
  });

  it('counts nothing of other requests on the same connection', async () => {
    await exchange(OTHER, HEAD, MESSAGE, LAST);
    assert.equal(traffic(), undefined);
    await exchange(REQUEST, HEAD, NOTHING, LAST);
    await exchange(OTHER, HEAD, MESSAGE, LAST);
    const { requests, empty, content } = traffic()!;
    assert.deepEqual({ requests, empty, content }, { requests: 1, empty: 1, content: 3 });
  });

  it('shows the latest request, answer and message', async () => {
    await exchange(REQUEST, HEAD, NOTHING, MESSAGE);
    const shown = lane.takeNews().filter((piece) => piece.kind === 'raw');
    assert.deepEqual(
      shown.map(({ part, pieces }) => [part, pieces.map(([, text]) => text).join('')]),
      [
        ['request', REQUEST.toString('latin1')],
        ['response', HEAD.toString('latin1')],
        ['message', MESSAGE.toString('latin1')],
      ],
    );
  });

  it('shows what brought the message alone, with whatever else it was written', async () => {
    await exchange(REQUEST, Buffer.concat([HEAD, NOTHING, MESSAGE, NOTHING]));
    await exchange(new Uint8Array(0), LAST);
    const shown = lane.takeNews().filter((piece) => piece.kind === 'raw');
    assert.deepEqual(
      shown.map(({ part, pieces }) => [part, pieces.map(([, text]) => text).join('')]),
      [
        ['request', REQUEST.toString('latin1')],
        ['response', HEAD.toString('latin1')],
        ['message', MESSAGE.toString('latin1')],
      ],
    );
  });

  it('cuts in the middle of the next message, when asked', async () => {
    lane.disturb('cut');
    await exchange(REQUEST, HEAD, NOTHING);
    assert.equal(socket.destroyed, false);
    socket.write(MESSAGE);
    if (!socket.destroyed) await once(socket, 'close');
    assert.match(network.sent(), /\{"data":\{$/);
    const ends = news.filter((piece) => piece.kind === 'end');
    assert.deepEqual(
      ends.map(({ isCut }) => isCut),
      [true],
    );
  });

  it('holds an answer back until it is whole, when asked to buffer', async () => {
    lane.disturb('buffer');
    await exchange(REQUEST, HEAD, MESSAGE);
    assert.equal(network.sent(), '');
    await exchange(new Uint8Array(0), LAST);
    assert.equal(network.sent(), Buffer.concat([HEAD, MESSAGE, LAST]).toString('latin1'));
    lane.close();
  });

  it('lets nothing through, when asked to stall', async () => {
    await exchange(REQUEST, HEAD);
    lane.disturb('stall');
    await exchange(new Uint8Array(0), MESSAGE);
    assert.equal(network.sent(), HEAD.toString('latin1'));
    lane.close();
  });
});

// Helpers

/** A connection: what is pushed has come from the client, what is written goes to it. */
class Network extends PassThrough {
  #sent = '';

  override _transform(octets: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#sent += octets.toString('latin1');
    done();
  }

  sent(): string {
    return this.#sent;
  }
}
