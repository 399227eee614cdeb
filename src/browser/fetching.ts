import { eventStreamDecoder } from '../event-stream/event-stream-decoder.ts';
import type { Attempt, Failure, Transport } from './types.ts';

type Receive = Attempt['receive'];

/** Takes the text of an answer as it comes. */
type Reader = (text: string) => void;

/** One record an event, whatever its type. */
export const eventStream: Transport = fetching('event-stream', (receive) =>
  eventStreamDecoder({ event: (_type, data) => receive(data) }),
);

/** One record a line. A line that the end cuts off is none. */
export const stream: Transport = fetching('stream', (receive) => {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line !== '') receive(line);
  };
});

/** An array of records an answer. */
export const longPoll: Transport = fetching('long-poll');

/** Reads an answer with `fetch`, as it comes if there is a reader, else as a whole. */
function fetching(name: string, readerFor?: (receive: Receive) => Reader): Transport {
  return {
    name,
    isFetch: true,
    isPoll: readerFor === undefined,
    open({ url, init, platform, receive, ended }) {
      const abort = new AbortController();
      const read = async (): Promise<Failure | undefined> => {
        const response = await platform.fetch(url, Object.assign(init, { signal: abort.signal }));
        if (!response.ok) return answerOf(response);
        if (readerFor === undefined) receive(await response.text());
        else await readPieces(response, readerFor(receive));
        return undefined;
      };
      read().then(ended, () => ended());
      return { close: () => abort.abort() };
    },
  };
}

async function readPieces(response: Response, reader: Reader): Promise<void> {
  const body = response.body!.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await body.read();
    if (done) return;
    reader(decoder.decode(value, { stream: true }));
  }
}

/** What an answer says: the status, the server's words, and when to come back. */
export async function answerOf(response: Response): Promise<Failure> {
  const retryAfter = Number(response.headers.get('retry-after')) * 1000 || 0;
  return { status: response.status, retryAfter, text: await response.text() };
}
