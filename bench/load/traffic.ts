import type { Socket } from 'node:net';
import { readHead, readUntil } from './connection.ts';
import type { requestHeads } from './request-heads.ts';
import { encodeMaskedFrame, OPENING_HANDSHAKE } from './websocket-client.ts';

/** What a connection sends and what it must get back. */
export interface Traffic {
  /** Prepares a connection that has just been made. */
  open(socket: Socket): Promise<void>;
  /** One operation after another, all of one length, to send in turn. */
  readonly requests: Buffer;
  readonly requestLength: number;
  /** Does one operation and looks at every octet of the answer. Returns the answer's length. */
  verify(socket: Socket): Promise<number>;
  /** What is sent and how answers are told apart, where neither is always the same. */
  readonly exchange?: (() => Exchange) | undefined;
  /** What was agreed on when a connection was opened last. */
  readonly agreed?: (() => string) | undefined;
}

/** The operations of one connection. */
export interface Exchange {
  /** The next request. */
  request(): Buffer;
  /** Takes octets that came, and returns how many answers they complete. */
  take(octets: Buffer): number;
}

/** How many different requests stand in a row: as many as are ever in flight. */
const ROW = 64;

/** A message of 125 octets, sent by a client and echoed by a server. */
export function echoTraffic(kind: 'text' | 'binary'): Traffic {
  const payload = Buffer.from(
    '{"comet":"2P/Encke","period":3.3,"magnitude":"'.padEnd(123, '8').concat('"}'),
  );
  const opcode = kind === 'text' ? 0x1 : 0x2;
  const frames = Array.from({ length: ROW }, () => encodeMaskedFrame(opcode, payload));
  const answer = Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]);
  return {
    open: async (socket) => {
      socket.write(OPENING_HANDSHAKE);
      const head = await readHead(socket);
      if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`no upgrade: ${head}`);
    },
    ...row(frames),
    verify: (socket) => expectExactly(socket, frames[0]!, answer),
  };
}

/** The same octets as {@link echoTraffic} to a server that sends back all that it gets. */
export function unparsedEchoTraffic(kind: 'text' | 'binary'): Traffic {
  const { requests, requestLength } = echoTraffic(kind);
  const request = requests.subarray(0, requestLength);
  return {
    open: async () => {},
    requests,
    requestLength,
    verify: (socket) => expectExactly(socket, request, request),
  };
}

/** A GET that is answered by 200 with the content `ok`. */
export function httpTraffic(head: keyof typeof requestHeads, heads: typeof requestHeads): Traffic {
  const request = heads[head];
  return {
    open: async () => {},
    ...row(Array.from({ length: ROW }, () => request)),
    verify: async (socket) => {
      socket.write(request);
      const answer = await readUntil(socket, (octets) => octets.includes('\r\n\r\nok'));
      const text = answer.toString('latin1');
      const isAnswer = text.startsWith('HTTP/1.1 200 ') && text.endsWith('\r\n\r\nok');
      if (!isAnswer) throw new Error(`not the answer: ${text}`);
      return answer.length;
    },
  };
}

function row(requests: readonly Buffer[]): Pick<Traffic, 'requests' | 'requestLength'> {
  return { requests: Buffer.concat(requests), requestLength: requests[0]!.length };
}

async function expectExactly(socket: Socket, request: Buffer, answer: Buffer): Promise<number> {
  socket.write(request);
  const received = await readUntil(socket, (octets) => octets.length >= answer.length);
  if (!received.equals(answer)) throw new Error(`not the echo: ${received.toString('hex')}`);
  return answer.length;
}
