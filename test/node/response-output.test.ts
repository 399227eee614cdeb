import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';

import type { Deadlines, Timed } from '../../src/hub/deadlines.ts';
import { ResponseOutput } from '../../src/node/response-output.ts';
import { dial, exchange } from '../support/raw.ts';
import { attachedHub } from '../support/running-hub.ts';
import { until } from '../support/until.ts';

const STALL = 400;
const PORTION = 262_144;
/** More than the system takes for a peer that does not read. */
const LONG = 24 * 2 ** 20;

describe('ResponseOutput', () => {
  it('hands on what there is at once, and looks after it only while some of it waits', () => {
    const { output, response, time } = outputTo();
    assert.equal(output.write('head'), true);
    assert.equal(time.timed, undefined);
    response.takes = false;
    assert.equal(output.write('more'), false);
    assert.equal(output.write('still'), false);
    assert.deepEqual(response.told, ['write 4', 'write 4']);
    assert.equal(time.timed, output);
    response.takes = true;
    assert.equal(output.drained(), true);
    time.pass(STALL / 4);
    assert.equal(time.timed, undefined);
    output.end('end');
    assert.deepEqual(response.told, ['write 4', 'write 4', 'write 5', 'end 3']);
  });

  it('hands a whole answer on in portions, each when the one before has left', () => {
    const { output, response } = outputTo();
    response.takes = false;
    output.end(Buffer.alloc(2.5 * PORTION));
    assert.deepEqual(response.told, [`write ${PORTION}`]);
    assert.equal(output.drained(), false);
    assert.deepEqual(response.told, [`write ${PORTION}`, `write ${PORTION}`]);
    response.takes = true;
    assert.equal(output.drained(), false);
    const rest = [`write ${PORTION / 2}`, 'end'];
    assert.deepEqual(response.told.slice(2), rest);
    output.drained();
    assert.equal(response.told.length, 4);
  });

  it('ends behind what waits, and at once what nothing waits in front of', () => {
    for (const last of [undefined, 'last']) {
      const { output, response } = outputTo();
      response.takes = false;
      output.write('x'.repeat(PORTION + 1));
      output.end(last);
      assert.deepEqual(response.told, [`write ${PORTION}`]);
      response.takes = true;
      output.drained();
      assert.deepEqual(response.told.slice(1), [
        'write 1',
        ...(last === undefined ? [] : ['write 4']),
        'end',
      ]);
    }
    const { output, response } = outputTo();
    response.takes = false;
    output.write('a');
    output.end('b');
    assert.deepEqual(response.told, ['write 1', 'end 1']);
  });

  it('gives all that waits when the peer has ended its side', () => {
    const { output, response } = outputTo();
    response.takes = false;
    output.end(Buffer.alloc(2 * PORTION + 1));
    output.giveAll();
    output.giveAll();
    assert.deepEqual(response.told, [`write ${PORTION}`, `write ${PORTION}`, 'write 1', 'end']);
  });

  it('gives a peer up that takes nothing for limits.stall, whatever is written meanwhile', () => {
    const { output, response, time } = outputTo();
    response.takes = false;
    output.end(Buffer.alloc(2 * PORTION));
    time.pass(STALL - 1);
    assert.doesNotMatch(response.told.join(), /destroy/);
    time.pass(STALL / 4);
    assert.equal(response.told.at(-1), 'destroy');

    const other = outputTo();
    other.response.takes = false;
    for (let i = 0; i < 8; i++) {
      other.output.write('a');
      other.time.pass(STALL / 4);
    }
    assert.equal(other.response.told.at(-1), 'destroy');
  });

  it('lets a peer be that is slow', () => {
    const { output, response, time } = outputTo();
    response.takes = false;
    output.end(Buffer.alloc(20 * PORTION));
    for (let i = 0; i < 20; i++) {
      time.pass(STALL - 1);
      response.take();
      output.drained();
    }
    assert.equal(response.told.at(-1), 'end');
    assert.ok(!response.told.includes('destroy'));
  });

  it('waits behind an answer that is in front, and judges when its turn has come', () => {
    const { output, response, time } = outputTo();
    const { socket } = response;
    response.socket = null;
    response.takes = false;
    output.end('answer');
    response.writableLength = 6;
    output.write('x');
    time.pass(10 * STALL);
    assert.ok(!response.told.includes('destroy'));
    response.socket = socket;
    time.pass(STALL / 4);
    time.pass(STALL - 1);
    assert.ok(!response.told.includes('destroy'));
    time.pass(STALL / 4);
    assert.equal(response.told.at(-1), 'destroy');
  });

  it('begins to count when it begins to look, however long nothing was looked after', () => {
    const { output, response, time } = outputTo();
    time.clock += 100 * STALL;
    response.takes = false;
    output.write('a');
    time.pass(STALL / 4);
    assert.ok(!response.told.includes('destroy'));
  });

  it('breaks off what turns out longer or shorter than announced, and throws at nobody', () => {
    const { output, response } = outputTo();
    response.takes = false;
    output.write(Buffer.alloc(PORTION + 1));
    response.fails = true;
    output.drained();
    assert.equal(response.told.at(-1), 'destroy');
    assert.throws(() => output.write('a'));
  });

  it('lets go of everything when the response is closed', () => {
    const { output, response, time } = outputTo();
    response.takes = false;
    output.write(Buffer.alloc(3 * PORTION));
    response.destroyed = true;
    output.closed();
    assert.equal(time.timed, undefined);
    output.drained();
    output.giveAll();
    assert.equal(response.told.length, 1);
  });
});

describe('an answer of node:http', () => {
  it('that is whole is given up when its peer takes nothing', async () => {
    const { hub, port, server } = await attachedHub(undefined, { limits: { stall: STALL } });
    hub.http('/whole', () => ({ body: Buffer.alloc(LONG) }));
    const stalled = dial(port).pause();
    stalled.write('GET /whole HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const connections = (): Promise<number> =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    await until(() => stalled.readyState === 'open');
    let count = 1;
    await until(() => {
      connections().then((found) => {
        count = found;
      });
      return count === 0;
    });
    stalled.destroy();
  });

  it('that is long comes whole behind another, and to a peer that has ended its side', async () => {
    const { hub, port } = await attachedHub();
    const length = 8 * 2 ** 20;
    hub.http('/whole', () => ({ body: Buffer.alloc(length, 'x') }));
    const ask = 'GET /whole HTTP/1.1\r\nHost: localhost\r\n';
    const twice = await exchange(port, `${ask}\r\n${ask}Connection: close\r\n\r\n`);
    assert.equal(twice.length - twice.replaceAll('x', '').length, 2 * length);
    const socket = dial(port);
    socket.end(`${ask}\r\n`);
    let received = 0;
    for await (const piece of socket) received += (piece as Buffer).length;
    assert.ok(received > length);
  });
});

// Helpers

/** A response that says what it is given, and whose socket takes what the test says. */
class TestResponse {
  readonly told: string[] = [];
  takes = true;
  fails = false;
  writableLength = 0;
  writableEnded = false;
  writableFinished = false;
  destroyed = false;
  socket: { bytesWritten: number; readonly writableLength: number } | null;

  constructor() {
    const response = this;
    this.socket = {
      bytesWritten: 0,
      get writableLength() {
        return response.writableLength;
      },
    };
  }

  write(content: string | Uint8Array): boolean {
    if (this.fails) throw new Error('too long');
    this.told.push(`write ${content.length}`);
    this.writableLength += content.length;
    if (this.socket !== null) this.socket.bytesWritten += content.length;
    if (this.takes) this.take();
    return this.takes;
  }

  end(content?: string | Uint8Array): void {
    this.told.push(content === undefined ? 'end' : `end ${content.length}`);
    this.writableEnded = true;
  }

  destroy(): void {
    this.told.push('destroy');
    this.destroyed = true;
  }

  /** Its socket takes all that waits. */
  take(): void {
    this.writableLength = 0;
  }
}

/** A clock that is read when somebody asks to be asked, as the wheel's. */
class TestTime implements Deadlines {
  now = 0;
  clock = 0;
  timed: Timed | undefined;
  #due = 0;

  schedule(timed: Timed, delay: number): void {
    this.now = this.clock;
    this.timed = timed;
    timed.slot = new Set();
    this.#due = this.clock + delay;
  }

  cancel(timed: Timed): void {
    timed.slot = undefined;
    this.timed = undefined;
  }

  pass(milliseconds: number): void {
    const end = this.clock + milliseconds;
    while (this.timed !== undefined && this.#due <= end) {
      this.now = this.clock = this.#due;
      const delay = this.timed.expire(this.now);
      if (this.timed !== undefined) this.schedule(this.timed, delay);
    }
    this.clock = end;
  }
}

function outputTo() {
  const response = new TestResponse();
  const time = new TestTime();
  const output = new ResponseOutput(response as unknown as ServerResponse, time, STALL);
  return { output, response, time };
}
