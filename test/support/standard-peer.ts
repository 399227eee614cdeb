import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A frame of a client, without its mask. */
export interface ClientFrame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A frame as a server sends it. */
export function serverFrame(
  opcode: number,
  payload: string | Uint8Array = '',
  first = 0x80,
): Buffer {
  const octets = Buffer.from(payload as Uint8Array);
  const { length } = octets;
  const header =
    length < 126 ? [first | opcode, length] : [first | opcode, 126, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.from(header), octets]);
}

/** A Close frame of a server. */
export function closeFrame(code: number, reason: string | Uint8Array = ''): Buffer {
  const octets = Buffer.from(reason as Uint8Array);
  return serverFrame(8, Buffer.concat([Uint8Array.of(code >> 8, code & 0xff), octets]));
}

/** One connection of a client, at a server that says what a test tells it to. */
export class StandardPeer {
  /** The head of the request, each character an octet. */
  readonly head: string;
  readonly socket: Socket;
  #received: Buffer;
  #hasEnded = false;
  #wake = () => {};

  constructor(socket: Socket, head: string, rest: Buffer) {
    this.socket = socket;
    this.head = head;
    this.#received = rest;
    socket.on('data', (octets: Buffer) => {
      this.#received = Buffer.concat([this.#received, octets]);
      this.#wake();
    });
    const ended = () => {
      this.#hasEnded = true;
      this.#wake();
    };
    socket.on('end', ended).on('close', ended);
  }

  /** The values of a field of the request, in order. */
  fields(name: string): string[] {
    const lines = this.head.split('\r\n').slice(1);
    const pairs = lines.map((line) => /^([^:]*):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []);
    return pairs
      .filter(([, field]) => field?.toLowerCase() === name.toLowerCase())
      .map(([, , value]) => value!);
  }

  /** The right value of Sec-WebSocket-Accept. */
  get accept(): string {
    const [key] = this.fields('sec-websocket-key');
    const text = `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    return createHash('sha1').update(text).digest('base64');
  }

  /** Accepts the handshake, with more fields if told so, and sends `frames` in the same chunk. */
  open(fields = '', ...frames: Uint8Array[]): void {
    const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${this.accept}\r\n${fields}\r\n`;
    this.socket.write(Buffer.concat([Buffer.from(head, 'latin1'), ...frames]));
  }

  /** Sends all of it in one chunk. */
  send(...frames: Uint8Array[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** The next frame; nothing once the client has ended. */
  async frame(): Promise<ClientFrame | undefined> {
    for (;;) {
      const frame = this.#take();
      if (frame !== undefined) return frame;
      if (this.#hasEnded) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(): ClientFrame | undefined {
    const octets = this.#received;
    if (octets.length < 2) return undefined;
    const short = octets[1]! & 0x7f;
    const keyAt = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (octets.length < keyAt + 4) return undefined;
    const length =
      keyAt === 2 ? short : octets.readUIntBE(keyAt === 4 ? 2 : 4, keyAt === 4 ? 2 : 6);
    const start = keyAt + 4;
    if (octets.length < start + length) return undefined;
    const payload = Buffer.from(octets.subarray(start, start + length));
    for (let i = 0; i < length; i++) payload[i]! ^= octets[keyAt + (i & 3)]!;
    this.#received = octets.subarray(start + length);
    return { final: octets[0]! >= 0x80, opcode: octets[0]! & 0x0f, payload };
  }
}

/** A server for one test: each connection with its request, in order. */
export class StandardServer {
  readonly port: number;
  /** How many connections were made. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  readonly #peers: StandardPeer[] = [];
  #wake = () => {};

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      this.connections++;
      this.#sockets.push(socket.on('error', () => {}));
      let received = Buffer.alloc(0);
      const onData = (octets: Buffer): void => {
        received = Buffer.concat([received, octets]);
        const end = received.indexOf('\r\n\r\n');
        if (end === -1) return;
        socket.off('data', onData);
        const head = received.toString('latin1', 0, end + 4);
        this.#peers.push(new StandardPeer(socket, head, received.subarray(end + 4)));
        this.#wake();
      };
      socket.on('data', onData);
    });
  }

  static async start(): Promise<StandardServer> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StandardServer(server);
  }

  /** The next connection that has made a request. */
  async peer(): Promise<StandardPeer> {
    while (this.#peers.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#peers.shift()!;
  }

  /** Lets go of all connections and stops listening. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
