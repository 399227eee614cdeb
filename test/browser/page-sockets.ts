/**
 * What the tests do with the WebSocket of a page. Each function runs in the page, so it can use
 * nothing that stands outside of it.
 *
 * @module
 */

/** Exchanges text and octets of each size with the echo; returns the exchanges that went wrong. */
export async function exchangeSizes(sizes: readonly number[]): Promise<string[]> {
  const socket = new WebSocket(`ws://${location.host}/echo`);
  socket.binaryType = 'arraybuffer';
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const exchange = (data: string | Uint8Array<ArrayBuffer>) => {
    socket.send(data);
    return new Promise<string | ArrayBuffer>((resolve) => {
      socket.addEventListener('message', (event) => resolve(event.data), { once: true });
    });
  };
  const wrong: string[] = [];
  for (const size of sizes) {
    const text = '☄'.repeat(size / 3).padEnd(size, 'x');
    if ((await exchange(text)) !== text) wrong.push(`text of ${size}`);
    const octets = Uint8Array.from({ length: size }, (_, i) => i % 251);
    const echo = new Uint8Array((await exchange(octets)) as ArrayBuffer);
    const isSame = echo.length === size && echo.every((octet, i) => octet === octets[i]);
    if (!isSame) wrong.push(`binary of ${size}`);
  }
  socket.close();
  return wrong;
}

/** Sends `count` messages at once; returns what came back. */
export async function exchangeMany(count: number): Promise<string[]> {
  const socket = new WebSocket(`ws://${location.host}/echo`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const received: string[] = [];
  const all = new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      if (received.push(data) === count) resolve();
    });
  });
  for (let i = 0; i < count; i++) socket.send(`message ${i}`);
  await all;
  socket.close();
  return received;
}

/** Exchanges messages that refer to each other; tells what was agreed on, and which went wrong. */
export async function exchangeCompressed(
  path: string,
): Promise<{ extensions: string; wrong: string[] }> {
  const socket = new WebSocket(`ws://${location.host}${path}`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const wrong: string[] = [];
  for (const count of [0, 1, 10, 5_000, 9]) {
    const records = Array.from({ length: count }, (_, i) => `{"id":${i},"name":"comet ${i % 97}"}`);
    const text = records.join();
    socket.send(text);
    const echo = await new Promise((resolve) => {
      socket.addEventListener('message', ({ data }) => resolve(data), { once: true });
    });
    if (echo !== text) wrong.push(`${count} records`);
  }
  socket.close();
  return { extensions: socket.extensions, wrong };
}

/** Which subprotocol is agreed on when these are offered. */
export async function agreedProtocol(offered: readonly string[]): Promise<string> {
  const socket = new WebSocket(`ws://${location.host}/echo`, [...offered]);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const { protocol } = socket;
  socket.close();
  return protocol;
}

/** How a page sees a connection end that it closes itself, or that is closed for it. */
export async function ending({
  path,
  code,
  reason,
}: {
  path: string;
  code?: number;
  reason?: string;
}): Promise<{ opened: boolean; code: number; reason: string; wasClean: boolean }> {
  const socket = new WebSocket(`ws://${location.host}${path}`);
  let opened = false;
  socket.addEventListener('open', () => {
    opened = true;
    if (code !== undefined) socket.close(code, reason);
  });
  const event = await new Promise<CloseEvent>((resolve) => {
    socket.addEventListener('close', resolve);
  });
  return { opened, code: event.code, reason: event.reason, wasClean: event.wasClean };
}
