/**
 * How a page reads and sends. Each function runs in the page, so it can use nothing that stands
 * outside of it.
 *
 * @module
 */
import '../browser/page-client.ts';

/** What runs functions in a page: that of Playwright, and that of Puppeteer. */
export interface EvaluatingPage {
  evaluate<Argument, Result>(
    run: (argument: Argument) => Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
}

/** What a page has read. */
export interface Exchanged {
  readonly session: string;
  /** The data of the entries, in order. */
  readonly data: readonly unknown[];
  /** The number of the last message that the server has acknowledged. */
  readonly acknowledged: number;
}

/** With what a page can read that has nothing of encke. */
export const PLATFORM_READERS = [
  'WebSocket',
  'EventSource',
  'fetch that streams',
  'fetch that polls',
  'XMLHttpRequest at onprogress',
  'iframe',
  'script that polls',
] as const;

/** Reads so many entries, and sends as many numbers, with nothing but what the platform has. */
export async function exchangeByPlatform({
  reader,
  count,
}: {
  reader: (typeof PLATFORM_READERS)[number];
  count: number;
}): Promise<Exchanged> {
  interface Heard {
    readonly ready?: { readonly session: string; readonly cursor: string };
    readonly id?: string;
    readonly cursor?: string;
    readonly data?: unknown;
    readonly ack?: number;
  }
  const data: unknown[] = [];
  let session = '';
  let cursor = '';
  let acknowledged = 0;
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const messages = Array.from({ length: count }, (_, i) => ({ n: i + 1, data: i }));

  /** Sends all by POST, some at a time. */
  let send = async (): Promise<void> => {
    for (let i = 0; i < count; i += 100) {
      const response = await fetch(`/live?session=${session}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(messages.slice(i, i + 100)),
      });
      hear([await response.json()]);
    }
  };
  const hear = (records: Iterable<Heard>): void => {
    for (const record of records) {
      cursor = record.id ?? record.ready?.cursor ?? record.cursor ?? cursor;
      acknowledged = record.ack ?? acknowledged;
      if (record.id) data.push(record.data);
      if (record.ready && session === '') {
        session = record.ready.session;
        void send();
      }
    }
    if (data.length >= count && acknowledged === count) finish();
  };
  const hearLines = (): ((text: string) => void) => {
    let rest = '';
    return (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      hear(lines.map((line) => JSON.parse(line)));
    };
  };
  const again = (): string => (cursor === '' ? '' : `&cursor=${cursor}&session=${session}`);

  switch (reader) {
    case 'WebSocket': {
      const socket = new WebSocket(`ws://${location.host}/live`);
      socket.onmessage = (event) => hear([JSON.parse(event.data)]);
      send = async () => {
        for (const message of messages) socket.send(JSON.stringify(message));
      };
      await finished;
      socket.close();
      break;
    }
    case 'EventSource': {
      const source = new EventSource('/live');
      const take = (event: MessageEvent): void => hear([JSON.parse(event.data)]);
      source.onmessage = take;
      source.addEventListener('encke', take);
      await finished;
      source.close();
      break;
    }
    case 'fetch that streams': {
      const abort = new AbortController();
      const response = await fetch('/live?transport=stream', { signal: abort.signal });
      const body = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      const take = hearLines();
      const reading = (async () => {
        for (;;) {
          const { done, value } = await body.read();
          if (done) return;
          take(value);
        }
      })();
      await finished;
      abort.abort();
      await reading.catch(() => {});
      break;
    }
    case 'fetch that polls': {
      while (data.length < count) {
        const response = await fetch(`/live?transport=long-poll${again()}`);
        hear(await response.json());
      }
      await finished;
      break;
    }
    case 'XMLHttpRequest at onprogress': {
      const request = new XMLHttpRequest();
      const take = hearLines();
      let read = 0;
      request.open('GET', '/live?transport=stream');
      request.onprogress = () => {
        take(request.responseText.slice(read));
        read = request.responseText.length;
      };
      request.send();
      await finished;
      request.abort();
      break;
    }
    case 'iframe': {
      const frame = document.createElement('iframe');
      const take = (event: MessageEvent): void => hear(event.data);
      addEventListener('message', take);
      frame.hidden = true;
      frame.src = '/live?transport=forever-frame';
      document.body.append(frame);
      await finished;
      removeEventListener('message', take);
      frame.remove();
      break;
    }
    case 'script that polls': {
      const scope = globalThis as unknown as { heard: (records: Heard[]) => void };
      scope.heard = hear;
      while (data.length < count) {
        const script = document.createElement('script');
        script.src = `/live?transport=jsonp&callback=heard${again()}`;
        document.head.append(script);
        await new Promise((resolve, reject) => {
          script.onload = resolve;
          script.onerror = reject;
        });
        script.remove();
      }
      await finished;
      break;
    }
  }
  return { session, data, acknowledged };
}

/** What `connect` was seen to do besides. */
export interface Connected extends Exchanged {
  readonly transport: string | undefined;
  /** How many milliseconds it took to be open. */
  readonly took: number;
  readonly gaps: number;
}

/** Reads so many entries, and sends as many numbers, by `connect` and these transports. */
export async function exchangeByConnect({
  transports,
  count,
}: {
  transports: readonly string[] | undefined;
  count: number;
}): Promise<Connected> {
  const { jsonp, foreverFrame } = encke.fallbacks;
  const others: Record<string, typeof jsonp> = { jsonp, 'forever-frame': foreverFrame };
  const data: unknown[] = [];
  const began = performance.now();
  let gaps = 0;
  let took = 0;
  let connection: typeof globalThis.connection | undefined;
  const read = new Promise<void>((resolve, reject) => {
    connection = encke.connect('/live', {
      transports: transports?.map((name) => others[name] ?? (name as 'stream')),
      onentry: (entry) => {
        if (data.push(entry.data) >= count) resolve();
      },
      ongap: () => {
        gaps++;
      },
      onstate: (state) => {
        if (state === 'open' && took === 0) took = performance.now() - began;
      },
      onclose: (error) => reject(error),
    });
  });
  const sending = Promise.all(Array.from({ length: count }, (_, i) => connection!.send(i)));
  await read;
  const acknowledged = (await sending).at(-1)!;
  const { session, transport } = connection!;
  connection!.close();
  return { session: session!, data, acknowledged, transport, took, gaps };
}
