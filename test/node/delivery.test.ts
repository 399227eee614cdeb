import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { deliverNow, deliverSoon, withdraw } from '../../src/node/delivery.ts';

const NOTHING = new Uint8Array(0);

describe('deliverSoon', () => {
  it('delivers when what runs has come to its end, in order', async () => {
    const got: [number, number][] = [];
    for (let i = 0; i < 10; i++) {
      deliverSoon({ deliver: (octets) => got.push([i, octets[0]!]) }, Uint8Array.of(2 * i));
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
    for (let i = 0; i < 1_000; i++) deliverSoon({ deliver: () => count++ }, NOTHING);
    assert.ok(count > 900 && count < 1_000, `${count}`);
    await Promise.resolve();
    assert.equal(count, 1_000);
  });

  it('delivers what comes of a delivery too, however much it is', async () => {
    let count = 0;
    const deliver = () => {
      if (count++ < 500) deliverSoon({ deliver }, NOTHING);
    };
    for (let i = 0; i < 100; i++) deliverSoon({ deliver }, NOTHING);
    while (count < 600) await Promise.resolve();
    for (let i = 0; i < 10; i++) await Promise.resolve();
    assert.equal(count, 600);
  });

  it('delivers to the others when one delivery throws', async () => {
    const got: number[] = [];
    deliverSoon({ deliver: () => got.push(0) }, NOTHING);
    deliverSoon(
      {
        deliver: () => {
          throw new Error('broken');
        },
      },
      NOTHING,
    );
    const deliver = () => got.push(got.length);
    assert.throws(() => {
      for (let i = 0; i < 62; i++) deliverSoon({ deliver }, NOTHING);
    }, /broken/);
    deliverSoon({ deliver }, NOTHING);
    await Promise.resolve();
    assert.equal(got.length, 64);
  });
});

describe('deliverNow', () => {
  it('delivers at once, once, and nothing where there is nothing', async () => {
    const got: string[] = [];
    const first = { deliver: () => got.push('first') };
    const second = { deliver: () => got.push('second') };
    deliverNow(second);
    deliverSoon(first, NOTHING);
    deliverSoon(second, NOTHING);
    deliverNow(second);
    deliverNow(second);
    assert.deepEqual(got, ['second']);
    await Promise.resolve();
    assert.deepEqual(got, ['second', 'first']);
  });
});

describe('withdraw', () => {
  it('gives back what is not delivered then', async () => {
    const octets = Uint8Array.of(1);
    const recipient = { deliver: () => assert.fail() };
    deliverSoon(recipient, octets);
    assert.equal(withdraw(recipient), octets);
    assert.equal(withdraw(recipient), undefined);
    await Promise.resolve();
  });
});
