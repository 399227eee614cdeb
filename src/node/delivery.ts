/**
 * Deliveries: the same octets for many.
 *
 * Who finds out what each of many is to be sent, and writes it at once, has the code and the data of
 * both driven out of the near caches by the other, a thousand times over. So deliveries are made some
 * dozens at a time, one system call behind the other (npm run bench -- --only fan-out).
 *
 * @module
 */

/** What can be made later in this turn of the event loop. */
export interface Delivery {
  deliver(): void;
}

/** How many are made together. */
const TOGETHER = 64;

let waiting: Delivery[] = [];

/** Makes a delivery together with others, at the latest when what runs now has come to its end. */
export function deliverSoon(delivery: Delivery): void {
  const count = waiting.push(delivery);
  if (count === 1) queueMicrotask(deliverAll);
  else if (count === TOGETHER) deliverAll();
}

function deliverAll(): void {
  const deliveries = waiting;
  waiting = [];
  for (const delivery of deliveries) delivery.deliver();
}
