import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

/** What the WebSocket classes of all peers have in common: the interface that browsers have. */
export interface AnyWebSocket {
  readonly protocol: string;
  addEventListener(type: string, listener: (event: AnyEvent) => void): void;
  send(data: string | Buffer): void;
  close(code?: number, reason?: string): void;
}

interface AnyEvent {
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** How a connection ended. */
export interface Ending {
  readonly code: number | undefined;
  readonly reason: string | undefined;
}

/** Makes a connection, as a client of the peer under test. */
export type OpenWebSocket = (url: string, protocols: string[]) => AnyWebSocket;

/**
 * A server that echoes at `/`, knows the subprotocols `chat` and `superchat`, closes with what it is
 * told by `close <code> <reason>`, and refuses every handshake at `/refused` with 401.
 */
export interface EchoServer {
  /** Its address, `ws:` and the final slash included. */
  readonly url: string;
  close(): Promise<void>;
}

/** One end of a WebSocket connection, with its messages in a queue. */
export class Conversation {
  readonly socket: AnyWebSocket;
  readonly opened: Promise<void>;
  readonly closed: Promise<Ending>;
  readonly #messages: unknown[] = [];
  #waiting: ((message: unknown) => void) | undefined;

  constructor(socket: AnyWebSocket) {
    this.socket = socket;
    this.opened = new Promise((resolve) => socket.addEventListener('open', () => resolve()));
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
    });
    socket.addEventListener('error', () => {}); // 'close' follows
    socket.addEventListener('message', ({ data }) => this.#take(data));
  }

  static async open(socket: AnyWebSocket): Promise<Conversation> {
    const conversation = new Conversation(socket);
    await Promise.race([
      conversation.opened,
      conversation.closed.then(({ code }) => assert.fail(`closed with ${code} before it opened`)),
    ]);
    return conversation;
  }

  /** The next message: text, or octets. */
  async next(): Promise<string | Buffer> {
    const data =
      this.#messages.length > 0
        ? this.#messages.shift()
        : await new Promise((resolve) => {
            this.#waiting = resolve;
          });
    return typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer);
  }

  /** Sends a message, and waits for the next one. */
  exchange(data: string | Buffer): Promise<string | Buffer> {
    this.socket.send(data);
    return this.next();
  }

  async close(): Promise<void> {
    this.socket.close(1000);
    await this.closed;
  }

  #take(data: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#messages.push(data);
    else waiting(data);
  }
}

/** The sizes around which the length of a frame takes another form, and a large one. */
const SIZES: readonly number[] = [0, 1, 125, 126, 65_535, 65_536, 1_048_576];

/** Describes what any client and any server must be able to say to each other. */
export function describeConversation(
  title: string,
  serve: () => Promise<EchoServer>,
  open: OpenWebSocket,
): void {
  describe(title, () => {
    let server: EchoServer;
    before(async () => {
      server = await serve();
    });
    after(() => server.close());

    const begin = (protocols: string[] = []) => Conversation.open(open(server.url, protocols));

    it('echoes text of every form of length', async () => {
      const conversation = await begin();
      for (const size of SIZES) {
        const text = 'x'.repeat(size);
        assert.ok((await conversation.exchange(text)) === text, `${size} octets`);
      }
      await conversation.close();
    });

    it('echoes binary of every form of length', async () => {
      const conversation = await begin();
      for (const size of SIZES) {
        const octets = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
        const echo = await conversation.exchange(octets);
        assert.ok(Buffer.isBuffer(echo) && echo.equals(octets), `${size} octets`);
      }
      await conversation.close();
    });

    it('echoes text beyond ASCII', async () => {
      const conversation = await begin();
      const text = 'Ωμέγα ☄ 😀\u{10ffff}\0'.repeat(5_000);
      assert.ok((await conversation.exchange(text)) === text);
      await conversation.close();
    });

    it('keeps the order of 100 messages that are sent at once', async () => {
      const conversation = await begin();
      const sent = Array.from({ length: 100 }, (_, i) => `${i} ${'.'.repeat(i * 20)}`);
      for (const text of sent) conversation.socket.send(text);
      const received = [];
      while (received.length < sent.length) received.push(await conversation.next());
      assert.deepEqual(received, sent);
      await conversation.close();
    });

    it('agrees on a subprotocol, or on none', async () => {
      const agreed = await begin(['soap', 'superchat']);
      assert.equal(agreed.socket.protocol, 'superchat');
      await agreed.close();
      const none = await begin();
      assert.ok(!none.socket.protocol);
      await none.close();
    });

    it('closes from the client', async () => {
      const conversation = await begin();
      conversation.socket.close(4321, 'Enough ☄');
      const { code } = await conversation.closed;
      assert.equal(code, 4321);
    });

    it('closes from the server', async () => {
      const conversation = await begin();
      conversation.socket.send('close 3210 Enough ☄');
      assert.deepEqual(await conversation.closed, { code: 3210, reason: 'Enough ☄' });
    });

    it('is told that a handshake was refused', async () => {
      const conversation = new Conversation(open(`${server.url}refused`, []));
      const { code } = await conversation.closed;
      assert.notEqual(code, 1000);
    });
  });
}

/** What an echo server is asked to close with, if it is. */
export function closeAsked(data: unknown): { code: number; reason: string } | undefined {
  const [, code, reason] = /^close (\d+) (.*)$/.exec(String(data)) ?? [];
  return code === undefined ? undefined : { code: Number(code), reason: reason! };
}
