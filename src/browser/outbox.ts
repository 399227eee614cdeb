/** What was given to be sent and is not acknowledged, numbered within the session. */
export interface Outbox {
  /** How many messages wait to be acknowledged. */
  readonly size: number;
  /** How many have been acknowledged or refused, in all sessions. */
  readonly settled: number;
  /** Appends a message; resolves with its number once that is acknowledged. */
  add(data: unknown): Promise<number>;
  /** The next message to send, as JSON, or nothing when all are under way. */
  next(): string | undefined;
  /** The first messages, sent or not, as a JSON array of at least one and about `length`. */
  batch(length: number): Batch;
  /** The server has everything up to `number`. */
  acknowledge(number: number): void;
  /**
   * Everything is to be sent again, on a new connection.
   *
   * @param number - What the server wants next, having what came before: 1 in a new session.
   */
  resend(number?: number): void;
  /** The first `count` messages are refused: those after them take their numbers. */
  refuse(count: number, error: Error): void;
}

/** Messages that go in one request. */
export interface Batch {
  readonly count: number;
  readonly json: string;
}

interface Message {
  readonly json: string;
  resolve(number: number): void;
  reject(error: Error): void;
}

/**
 * Makes an outbox.
 *
 * The messages are numbered in their order, without a hole, so one number says it all: that of the
 * first. Once it is acknowledged, the next is the first.
 */
export function createOutbox(): Outbox {
  const messages: Message[] = [];
  let first = 1;
  /** How many of the messages are on their way. */
  let sent = 0;
  let settled = 0;

  const numbered = (index: number): string =>
    `{"n":${first + index},"data":${messages[index]!.json}}`;

  const remove = (): Message => {
    settled++;
    if (sent > 0) sent--;
    return messages.shift()!;
  };

  const acknowledge = (number: number): void => {
    while (messages.length > 0 && first <= number) remove().resolve(first++);
  };

  return {
    get size() {
      return messages.length;
    },

    get settled() {
      return settled;
    },

    async add(data) {
      const json = JSON.stringify(data) as string | undefined;
      if (json === undefined) throw new TypeError(`no JSON: ${typeof data}`);
      return new Promise((resolve, reject) => {
        messages.push({ json, resolve, reject });
      });
    },

    next() {
      return sent < messages.length ? numbered(sent++) : undefined;
    },

    batch(length) {
      let json = numbered(0);
      let count = 1;
      while (count < messages.length && json.length + messages[count]!.json.length < length) {
        json += `,${numbered(count++)}`;
      }
      return { count, json: `[${json}]` };
    },

    acknowledge,

    resend(number = first) {
      acknowledge(number - 1);
      first = number;
      sent = 0;
    },

    refuse(count, error) {
      for (let i = 0; i < count; i++) remove().reject(error);
    },
  };
}
