/**
 * The page: a chat over one WebSocket, and a second one over which the server tells what went over
 * the first.
 *
 * @module
 */

import { byId, element } from '../../page/dom.ts';
import type { Demand, ServerRecord } from '../records.ts';
import { describeCloseCode } from './describe-frame.ts';
import { clearFrames, showEnd, showFrame } from './frame-view.ts';
import { clearHandshake, showAccept, showHead } from './handshake-view.ts';
import { hexOf } from './octets.ts';

/** How many lines of the chat stay on the page. */
const KEPT_LINES = 200;

/** How long to wait before watching again, once the server has gone away. */
const RETRY_AFTER = 1_000;

const address = byId<HTMLInputElement>('address');
const message = byId<HTMLInputElement>('message');

const here = `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}`;

/** The chat's connection, from Connect until its end. */
let chat: WebSocket | undefined;
/** The connection over which the server tells what went over the chat's. */
let watch: WebSocket | undefined;
/** The address that this tab would propose. */
let proposed = '';
/** Whether the connection is to this server's chat, and so is recorded; else to any other server. */
let isOurs = false;
/** What the chat calls this tab. */
let ownName = '';

byId('connection').addEventListener('submit', (event) => {
  event.preventDefault();
  if (chat === undefined) connect();
  else chat.close(1000);
});

byId('speech').addEventListener('submit', (event) => {
  event.preventDefault();
  if (message.value === '') return;
  send(message.value);
  message.value = '';
});

byId('ping').addEventListener('click', () => ask({ demand: 'ping', payload: 'still there?' }));
byId('binary').addEventListener('click', () => send(crypto.getRandomValues(new Uint8Array(8))));
byId('long').addEventListener('click', () => send('encke '.repeat(70_000 / 6).padEnd(70_000, '.')));
byId('close').addEventListener('click', () => closing((code, reason) => chat?.close(code, reason)));
byId('close-server').addEventListener('click', () =>
  closing((code, reason) => ask({ demand: 'close', code, reason })),
);

// Scrolled by keyboard too: not every browser lets one focus what scrolls.
byId('log').tabIndex = 0;
watchWire();

function watchWire(): void {
  watch = new WebSocket(`${here}/watch`);
  watch.addEventListener('message', ({ data }) => take(JSON.parse(data) as ServerRecord));
  watch.addEventListener('close', () => setTimeout(watchWire, RETRY_AFTER));
}

function take(record: ServerRecord): void {
  switch (record.kind) {
    case 'watch':
      propose(`${here}/chat?wire=${record.wire}`);
      break;
    case 'name':
      ownName = record.name;
      break;
    case 'head':
      showHead(record);
      break;
    case 'accept':
      showAccept(record);
      break;
    case 'frame':
      showFrame(record);
      break;
    case 'end':
      showEnd(record);
      break;
  }
}

/** Fills the address in, unless somebody has typed another. */
function propose(url: string): void {
  if (address.value === proposed) address.value = url;
  proposed = url;
}

function connect(): void {
  isOurs = address.value === proposed;
  clearHandshake(isOurs);
  clearFrames();
  try {
    chat = new WebSocket(address.value);
  } catch {
    show('closed', 'Not the address of a WebSocket: it begins with ws:// or wss://.');
    return;
  }
  chat.binaryType = 'arraybuffer';
  chat.addEventListener('open', () => show('open', 'Connected.'));
  chat.addEventListener('message', ({ data }) => hear(data));
  chat.addEventListener('close', ended);
  show('connecting', 'Connecting …');
}

function ended({ code, reason }: CloseEvent): void {
  chat = undefined;
  const because = reason === '' ? '' : `: “${reason}”`;
  const what =
    code === 1006
      ? 'No connection, or one that ended without a closing handshake (1006).'
      : `Closed with code ${code}, ${describeCloseCode(code)}${because}.`;
  show('closed', what);
}

/** Shows where the connection stands, and lets only be done what can be. */
function show(state: 'closed' | 'connecting' | 'open', sentence: string): void {
  const status = byId('status');
  status.textContent = sentence;
  status.dataset['state'] = state;
  const connect = byId('connect');
  connect.textContent = state === 'closed' ? 'Connect' : 'Disconnect';
  // What is disabled loses the focus, and with it a keyboard its place.
  if (state !== 'open' && document.activeElement?.matches('#send, #tries *')) connect.focus();
  byId<HTMLButtonElement>('send').disabled = state !== 'open';
  byId<HTMLFieldSetElement>('tries').disabled = state !== 'open';
}

function send(data: string | Uint8Array<ArrayBuffer>): void {
  if (chat?.readyState !== WebSocket.OPEN) return;
  chat.send(data);
  // The chat repeats to everybody what somebody says; another server may not.
  if (!isOurs) say('mine', 'Sent', readable(data));
}

function hear(data: string | ArrayBuffer): void {
  const text = readable(typeof data === 'string' ? data : new Uint8Array(data));
  const colon = text.indexOf(': ');
  if (!isOurs) say('theirs', 'Received', text);
  else if (colon === -1) say('notice', undefined, text);
  else
    say(
      text.startsWith(`${ownName}: `) ? 'mine' : 'theirs',
      text.slice(0, colon),
      text.slice(colon + 2),
    );
}

/** What a message says: binary in hex, and of a long one the beginning. */
function readable(data: string | Uint8Array): string {
  if (typeof data !== 'string')
    return `${data.length} octets: ${Array.from(data, hexOf).join(' ')}`;
  return data.length <= 300 ? data : `${data.slice(0, 120)}… (${data.length.toLocaleString('en')})`;
}

function say(whose: 'mine' | 'theirs' | 'notice', name: string | undefined, text: string): void {
  const log = byId('log');
  const follows = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.append(
    element(
      `p.${whose}`,
      name === undefined ? undefined : element('b', name),
      element('span', text),
    ),
  );
  while (log.childElementCount > KEPT_LINES) log.firstElementChild?.remove();
  if (follows) log.scrollTop = log.scrollHeight;
}

/** Asks the server to do something to the chat's connection. */
function ask(demand: Demand): void {
  if (watch?.readyState === WebSocket.OPEN) watch.send(JSON.stringify(demand));
}

function closing(close: (code: number, reason: string) => void): void {
  const code = byId<HTMLInputElement>('code');
  if (code.reportValidity()) close(Number(code.value), byId<HTMLInputElement>('reason').value);
}
