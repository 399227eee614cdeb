import type { ExchangeRequest } from './request.ts';

/** What is used of a WHATWG stream. */
interface CancelableStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: string | Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
}

type Pieces = AsyncIterable<string | Uint8Array>;

/**
 * The pieces of an answer's body, one after the other.
 *
 * A stream is cancelled as soon as the peer is gone: one that comes from another server, and is
 * silent, would be held open for nobody. A generator can't be told while it waits for something; it
 * has the request's `signal` for that.
 */
export function piecesOf(body: Pieces, request: ExchangeRequest): Pieces {
  return isCancelable(body) ? piecesOfStream(body, request) : body;
}

function isCancelable(body: Pieces | CancelableStream): body is Pieces & CancelableStream {
  return 'getReader' in body && typeof body.getReader === 'function';
}

async function* piecesOfStream(
  stream: CancelableStream,
  request: ExchangeRequest,
): AsyncGenerator<string | Uint8Array> {
  const reader = stream.getReader();
  // Whoever made the stream learns of it there; it is no fault of the answer.
  const cancel = (): unknown => reader.cancel().catch(() => {});
  request.whenAborted(cancel);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value!;
    }
  } finally {
    cancel();
  }
}
