/**
 * A hub that agrees on every combination of the parameters of RFC 7692 §7.1, and what a page says to it.
 *
 * @module
 */
import { createHub, type Hub } from 'encke';

/** The windows, as powers of two. */
const BITS: readonly number[] = [8, 9, 10, 11, 12, 13, 14, 15];

/** One combination, and the path on which it is agreed on. */
export interface Combination {
  readonly path: string;
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
}

export const COMBINATIONS: readonly Combination[] = [false, true].flatMap((server) =>
  [false, true].flatMap((client) =>
    BITS.flatMap((serverBits) =>
      BITS.map((clientBits) => ({
        path: `/${serverBits}/${clientBits}/${server}/${client}`,
        serverMaxWindowBits: serverBits,
        clientMaxWindowBits: clientBits,
        serverNoContextTakeover: server,
        clientNoContextTakeover: client,
      })),
    ),
  ),
);

/** Echoes on every path, and has an empty page. */
export function combinationsHub(): Hub {
  const hub = createHub({ limits: { closing: 300, linger: 300 } });
  hub.http('/', () => ({ headers: { 'content-type': 'text/html' }, body: '<!doctype html>' }));
  for (const { path, ...terms } of COMBINATIONS) {
    const message = (
      socket: { send(data: string | Uint8Array): unknown },
      data: string | Uint8Array,
    ) => {
      socket.send(data);
    };
    hub.websocket(path, { compression: { ...terms, threshold: 0 }, message });
  }
  return hub;
}

/** What a server agrees on, in its words, with a client that lets it limit its window. */
export function agreementOf(combination: Combination): string {
  const { serverMaxWindowBits, clientMaxWindowBits } = combination;
  return [
    'permessage-deflate',
    ...(combination.serverNoContextTakeover ? ['server_no_context_takeover'] : []),
    ...(combination.clientNoContextTakeover ? ['client_no_context_takeover'] : []),
    ...(serverMaxWindowBits < 15 ? [`server_max_window_bits=${serverMaxWindowBits}`] : []),
    ...(clientMaxWindowBits < 15 ? [`client_max_window_bits=${clientMaxWindowBits}`] : []),
  ].join('; ');
}

/**
 * In a page: opens each path, and sends texts and octets of several sizes, the last of them twice.
 *
 * @returns for each path what was agreed on, or what went wrong.
 */
export async function exchangeOnEach(paths: readonly string[]): Promise<string[]> {
  const digits = Array.from({ length: 70_000 }, (_, i) => ((i * i * 7) >> 3) % 10).join('');
  const sizes = [0, 1, 125, 126, 70_000, 70_000];
  const next = (socket: WebSocket) =>
    new Promise<unknown>((resolve) => {
      socket.onmessage = ({ data }) => resolve(data);
      socket.onclose = ({ code, reason }) => resolve(`closed with ${code} ${reason}`);
    });
  const one = async (path: string): Promise<string> => {
    const socket = new WebSocket(`ws://${globalThis.location.host}${path}`);
    socket.binaryType = 'arraybuffer';
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
    if (!isOpen) return 'refused';
    for (const size of sizes) {
      const text = digits.slice(0, size);
      socket.send(text);
      if ((await next(socket)) !== text) return `another text of ${size}`;
      const octets = new TextEncoder().encode(text);
      socket.send(octets);
      const echo = await next(socket);
      const isSame = echo instanceof ArrayBuffer && new TextDecoder().decode(echo) === text;
      if (!isSame) return `other octets, ${size}`;
    }
    socket.close();
    return socket.extensions;
  };
  const outcomes: string[] = [];
  for (let i = 0; i < paths.length; i += 8) {
    outcomes.push(...(await Promise.all(paths.slice(i, i + 8).map(one))));
  }
  return outcomes;
}
