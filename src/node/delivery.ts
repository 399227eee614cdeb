/**
 * Deliveries: the same octets for many.
 *
 * Who finds out what each of many is to be sent, and writes it at once, has the code and the data of
 * both driven out of the near caches by the other, a thousand times over. So deliveries are made some
 * dozens at a time, one system call behind the other (npm run bench -- --only fan-out).
 *
 * @module
 */

/** Who can be delivered to later in this turn of the event loop. */
export interface Recipient {
  deliver(octets: Uint8Array): void;
  /** Told what {@link deliver} threw: who runs then has nothing to do with it. */
  broken(error: unknown): void;
}

/** How many deliveries are made together. */
const TOGETHER = 64;

/** To whom, and what. The lists stay: to make new ones, or to have each keep its own, costs more. */
const recipients: (Recipient | undefined)[] = Array.from({ length: TOGETHER });
const contents: (Uint8Array | undefined)[] = Array.from({ length: TOGETHER });

/** How many stand in the lists, and which of them is delivered next. */
let count = 0;
let next = 0;
let isDelivering = false;

/** Delivers together with others, at the latest when what runs now has come to its end. */
export function deliverSoon(recipient: Recipient, octets: Uint8Array): void {
  if (count === 0) queueMicrotask(deliverAll);
  recipients[count] = recipient;
  contents[count++] = octets;
  if (count >= TOGETHER && !isDelivering) deliverAll();
}

/** Delivers to `recipient` at once what it was to be delivered soon: something follows it. */
export function deliverNow(recipient: Recipient): void {
  const octets = withdraw(recipient);
  if (octets !== undefined) deliverTo(recipient, octets);
}

/** Delivers nothing to `recipient` of what it was to be delivered soon, and returns that. */
export function withdraw(recipient: Recipient): Uint8Array | undefined {
  const index = recipients.indexOf(recipient);
  const octets = contents[index];
  if (octets !== undefined) recipients[index] = contents[index] = undefined;
  return octets;
}

function deliverAll(): void {
  isDelivering = true;
  try {
    while (next < count) {
      const recipient = recipients[next];
      const octets = contents[next];
      recipients[next] = contents[next++] = undefined;
      if (recipient !== undefined) deliverTo(recipient, octets!);
    }
  } finally {
    isDelivering = false;
    if (next < count) queueMicrotask(deliverAll);
    else next = count = 0;
  }
}

/** Delivers behind whatever had it delivered, where nobody else would catch a fault of ours. */
function deliverTo(recipient: Recipient, octets: Uint8Array): void {
  try {
    recipient.deliver(octets);
  } catch (error) {
    recipient.broken(error);
  }
}
