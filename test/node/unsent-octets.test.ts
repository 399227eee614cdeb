import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTask } from 'node:timers/promises';

import { UnsentOctets } from '../../src/node/unsent-octets.ts';

/** How many octets each frame has besides those of its message. */
const HEADER = 6;

describe('UnsentOctets', () => {
  it('counts messages without their frames, until they have left', () => {
    const { connection, unsent, send } = sending();
    assert.equal(unsent.amount, 0);
    send(10);
    send(20);
    assert.equal(unsent.amount, 30);
    connection.leave(10 + HEADER);
    assert.equal(unsent.amount, 20);
    connection.leave(HEADER);
    assert.equal(unsent.amount, 20);
    connection.leave(5);
    assert.equal(unsent.amount, 15);
    connection.leave(15);
    assert.equal(unsent.amount, 0);
  });

  it('counts what left within the task that sent it, until the next', async () => {
    const { connection, unsent, send } = sending();
    send(10);
    connection.leaves = true;
    send(1_000);
    send(2_000);
    assert.deepEqual([unsent.amount, connection.bufferedAmount], [3_010, 0]);
    await nextTask();
    assert.equal(unsent.amount, 0);
  });

  it('keeps no more messages than wait, whatever number is sent', () => {
    const { connection, unsent, send } = sending();
    send(1);
    for (let i = 0; i < 100_000; i++) {
      send(1);
      connection.leave(1 + HEADER);
    }
    assert.equal(unsent.amount, 1);
  });
});

// Helpers

function sending() {
  const connection = {
    sentOctets: 0,
    bufferedAmount: 0,
    /** Whether what is written leaves at once. */
    leaves: false,
    leave(octets: number) {
      this.sentOctets += octets;
      this.bufferedAmount -= octets;
    },
  };
  const unsent = new UnsentOctets(connection);
  const send = (octets: number) =>
    unsent.add(octets, () => {
      connection.bufferedAmount += octets + HEADER;
      if (connection.leaves) connection.leave(connection.bufferedAmount);
    });
  return { connection, unsent, send };
}
