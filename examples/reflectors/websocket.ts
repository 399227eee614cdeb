/**
 * The WebSocket reflector of `encke conform`, for whatever server: it does what it is told.
 *
 * @see docs/conformance.md
 * @module
 */

/** The origin that the reflector lets in. */
export const LISTED_ORIGIN = 'http://app.example';

/** How many octets a message to the reflector may have. */
export const REFLECTOR_LIMIT = 1_024;

/** What the reflector needs of a server's socket. */
export interface ReflectorSocket {
  readonly isOpen: () => boolean;
  readonly send: (text: string) => void;
  readonly ping: (payload: Uint8Array) => void;
  readonly close: (code?: number, reason?: string) => void;
  readonly terminate: () => void;
}

/** A status and a field with which to refuse an upgrade. */
export interface Refusal {
  readonly status: number;
  readonly name: string;
  readonly value: string;
}

/** What the reflector's route needs of a hub's socket. */
interface HubSocket {
  readonly data: string | undefined;
  readonly readyState: string;
  send(text: string): unknown;
  ping(payload: Uint8Array): unknown;
  close(code?: number, reason?: string): void;
  terminate(): void;
}

/** The reflector as a route of a hub. */
export const REFLECTOR_ROUTE = {
  origins: [LISTED_ORIGIN],
  limits: { message: REFLECTOR_LIMIT },
  authorize: ({ url }: { readonly url: string }) => {
    const { refusal, greeting } = askedOf(url);
    if (refusal === undefined) return { data: greeting };
    return { status: refusal.status, headers: { [refusal.name]: refusal.value } };
  },
  open: (socket: HubSocket) => socket.data !== undefined && socket.send(socket.data),
  message: (socket: HubSocket, message: string | Uint8Array) =>
    obey(
      {
        isOpen: () => socket.readyState === 'open',
        send: (text) => socket.send(text),
        ping: (payload) => socket.ping(payload),
        close: (code, reason) => socket.close(code, reason),
        terminate: () => socket.terminate(),
      },
      message,
    ),
} as const;

/** What a query asks for when an upgrade comes. */
export function askedOf(target: string): { refusal?: Refusal; greeting?: string } {
  const { searchParams } = new URL(target, 'http://reflector');
  const greeting = searchParams.get('greeting');
  const status = searchParams.get('status');
  if (status === null) return greeting === null ? {} : { greeting };
  const [name, ...value] = (searchParams.get('field') ?? 'X-Reflector:').split(':');
  return { refusal: { status: Number(status), name: name!, value: value.join(':').trim() } };
}

/** Does what a message says. A fault in the application, it throws. */
export function obey(socket: ReflectorSocket, message: string | Uint8Array): void {
  const [verb, ...words] = typeof message === 'string' ? message.split(' ') : ['close', '1003'];
  if (verb === 'fail') throw new Error('the application failed, as it was told');
  try {
    COMMANDS[verb!]!(socket, words);
  } catch {
    socket.send('refused');
  }
}

const COMMANDS: Readonly<
  Record<string, (socket: ReflectorSocket, words: readonly string[]) => void>
> = {
  close: (socket, [code, ...reason]) => socket.close(Number(code), reason.join(' ')),
  'close-then-send': (socket) => {
    socket.close(1000);
    socket.send('late');
  },
  terminate: (socket) => socket.terminate(),
  ping: (socket, [count]) => socket.ping(new Uint8Array(Number(count))),
  flood: (socket) => flood(socket, 10_000),
};

/** Sends a text in each turn of the event loop, until the connection is closed. */
function flood(socket: ReflectorSocket, count: number): void {
  if (count === 0 || !socket.isOpen()) return;
  socket.send('flood');
  setImmediate(() => flood(socket, count - 1));
}
