import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { deliverNow, deliverSoon, type Recipient, withdraw } from '../../src/node/delivery.ts';

const NOTHING = new Uint8Array(0);

/** For recipients that nothing goes wrong with. */
const broken = (error: unknown): void => assert.fail(String(error));

describe('deliverSoon', () => {
  it('delivers when what runs has come to its end, in order', async () => {
    const got: [number, number][] = [];
    for (let i = 0; i < 10; i++) {
      deliverSoon({ deliver: (octets) => got.push([i, octets[0]!]), broken }, Uint8Array.of(2 * i));
    }
    assert.deepEqual(got, []);
    await Promise.resolve();
    assert.deepEqual(
      got,
      Array.from({ length: 10 }, (_, i) => [i, 2 * i]),
    );
  });

  it('delivers earlier when there is much to deliver', async () => {
    let count = 0;
    for (let i = 0; i < 1_000; i++) deliverSoon({ deliver: () => count++, broken }, NOTHING);
    assert.ok(count > 900 && count < 1_000, `${count}`);
    await Promise.resolve();
    assert.equal(count, 1_000);
  });

  it('delivers what comes of a delivery too, however much it is', async () => {
    let count = 0;
    const deliver = () => {
      if (count++ < 500) deliverSoon({ deliver, broken }, NOTHING);
    };
    for (let i = 0; i < 100; i++) deliverSoon({ deliver, broken }, NOTHING);
    while (count < 600) await Promise.resolve();
    for (let i = 0; i < 10; i++) await Promise.resolve();
    assert.equal(count, 600);
  });

  it('tells who could not be delivered to, and delivers to the others', async () => {
    const got: number[] = [];
    const { failing, told } = failingRecipient();
    const others = { deliver: () => got.push(got.length), broken };
    deliverSoon(others, NOTHING);
    deliverSoon(failing, NOTHING);
    for (let i = 0; i < 62; i++) deliverSoon(others, NOTHING);
    assert.deepEqual(told, ['no delivery']);
    deliverSoon(others, NOTHING);
    await Promise.resolve();
    assert.equal(got.length, 64);
  });

  it('delivers to the others even when one can not be told', async () => {
    const got: number[] = [];
    const { failing } = failingRecipient();
    failing.broken = (error) => {
      throw error;
    };
    const others = { deliver: () => got.push(got.length), broken };
    deliverSoon(others, NOTHING);
    deliverSoon(failing, NOTHING);
    assert.throws(() => {
      for (let i = 0; i < 62; i++) deliverSoon(others, NOTHING);
    }, /no delivery/);
    deliverSoon(others, NOTHING);
    await Promise.resolve();
    assert.equal(got.length, 64);
  });
});

describe('deliverNow', () => {
  it('delivers at once, once, and nothing where there is nothing', async () => {
    const got: string[] = [];
    const first = { deliver: () => got.push('first'), broken };
    const second = { deliver: () => got.push('second'), broken };
    deliverNow(second);
    deliverSoon(first, NOTHING);
    deliverSoon(second, NOTHING);
    deliverNow(second);
    deliverNow(second);
    assert.deepEqual(got, ['second']);
    await Promise.resolve();
    assert.deepEqual(got, ['second', 'first']);
  });

  it('tells who could not be delivered to', () => {
    const { failing, told } = failingRecipient();
    deliverSoon(failing, NOTHING);
    deliverNow(failing);
    assert.deepEqual(told, ['no delivery']);
  });
});

describe('withdraw', () => {
  it('gives back what is not delivered then', async () => {
    const octets = Uint8Array.of(1);
    const recipient = { deliver: () => assert.fail(), broken };
    deliverSoon(recipient, octets);
    assert.equal(withdraw(recipient), octets);
    assert.equal(withdraw(recipient), undefined);
    await Promise.resolve();
  });
});

// Helpers

/** One that can't be delivered to, and what it is told of that. */
function failingRecipient() {
  const told: string[] = [];
  const failing: Recipient = {
    deliver: () => {
      throw new Error('no delivery');
    },
    broken: (error) => void told.push((error as Error).message),
  };
  return { failing, told };
}
