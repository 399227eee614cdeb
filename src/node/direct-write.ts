/**
 * Hands octets to the system without the stream in between.
 *
 * A stream makes a request of each write and settles it in a later tick, though the system has taken
 * all at once: that is a tenth of what a small answer costs (npm run bench -- --only 'one in flight').
 * Here one request serves all writes of all sockets until the system takes no more, and one is kept.
 *
 * None of this is documented, so nothing relies on it: where a socket's handle does not look exactly
 * like one that Node itself writes to, nothing is written, and the stream is to be asked.
 *
 * @module
 */
import type { Socket } from 'node:net';

/** Who is told what became of octets that were queued. */
export interface QueueOwner {
  /** The system has taken the last of them, or never will: then with the number of an error. */
  queueEmptied(error: number): void;
}

/**
 * What became of octets: `sent` when the system has taken them, `queued` when it takes the rest
 * later, and `untouched` when nothing was done.
 */
export type Outcome = 'sent' | 'queued' | 'untouched';

/** What is not public of a socket, if it is as we know it. */
export interface Handle {
  writeBuffer(request: WriteRequest | null, octets: Uint8Array): number;
  /** How many octets wait for the system. */
  readonly writeQueueSize: number;
}

interface WriteRequest {
  /** Its number from when it is queued until it is settled, else {@link IN_NO_USE}. */
  getAsyncId(): number;
  oncomplete: (error: number) => void;
  /** What is written, which has to stay where it is. */
  buffer: Uint8Array | null;
}

/** The number of a request that the system does not have. */
const IN_NO_USE = -1;

/** What Node makes its requests with; it shows that with its first write. */
let Request: (new () => WriteRequest) | 'unknown' | undefined;

/** The request that has not been needed yet. */
let spare: WriteRequest | undefined;

/**
 * Writes to a socket that has nothing queued.
 *
 * @param handle - That of the socket. One that was closed meanwhile takes nothing.
 * @param octets - They must stay as they are until they are sent.
 */
export function writeDirectly(handle: Handle, octets: Uint8Array, owner: QueueOwner): Outcome {
  if (Request === 'unknown') return 'untouched';
  if (Request === undefined) {
    learnFrom(handle);
    return 'untouched';
  }
  const request = spare ?? new Request();
  spare = undefined;
  // The stream that is asked instead is told the same error, and says so in its own way.
  if (handle.writeBuffer(request, octets) !== 0) return 'untouched';
  // A request that is in use must not be used again. The length of the queue would not tell: what the
  // system takes while it is being queued is in it no more, and is only settled in a later turn.
  if (request.getAsyncId() === IN_NO_USE) {
    spare = request;
    return 'sent';
  }
  request.buffer = octets;
  request.oncomplete = (error) => owner.queueEmptied(error);
  return 'queued';
}

/** How many octets a socket has queued that were written directly. */
export function queuedOctets(socket: Socket): number {
  return handleOf(socket)?.writeQueueSize ?? 0;
}

/** What a socket is written to by, if it looks as one that Node itself writes to. */
export function handleOf(socket: Socket): Handle | undefined {
  const { _handle: handle } = socket as unknown as { readonly _handle?: Partial<Handle> | null };
  return typeof handle?.writeBuffer === 'function' ? (handle as Handle) : undefined;
}

/** Sees with what Node calls the handle, the next time that it does. */
function learnFrom(handle: Handle): void {
  const { writeBuffer } = handle;
  handle.writeBuffer = (request, octets) => {
    Reflect.deleteProperty(handle, 'writeBuffer');
    Request ??= classOf(request) ?? 'unknown';
    return writeBuffer.call(handle, request, octets);
  };
}

/** The class of a request, if all is as we know it. Node 26 spares itself the request, and needs no help. */
function classOf(request: WriteRequest | null): typeof Request {
  const made = request?.constructor;
  const isKnown = made?.name === 'WriteWrap' && made.length === 0;
  const tells = typeof request?.getAsyncId === 'function';
  return isKnown && tells ? (made as new () => WriteRequest) : undefined;
}
