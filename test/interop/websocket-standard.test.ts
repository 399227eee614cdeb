/**
 * The WebSockets standard (websockets.spec.whatwg.org), a case for each numbered step and each throw: what
 * `encke/client` has to do, and how much of it undici does in the same run.
 *
 * Browsers always offer compression; here encke is told to. Of what goes over the wire the peer, which
 * shares no code with either, is the judge.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTask, setTimeout as sleep } from 'node:timers/promises';
import { CloseEvent as EnckeCloseEvent, WebSocket as EnckeWebSocket } from 'encke/client';
import { CloseEvent as UndiciCloseEvent, WebSocket as UndiciWebSocket } from 'undici';
import {
  closeFrame,
  type StandardPeer,
  StandardServer,
  serverFrame,
} from '../support/standard-peer.ts';
import { until } from '../support/until.ts';

type Socket = globalThis.WebSocket;

/** An implementation, as scripts see it. */
interface Contender {
  readonly WebSocket: typeof globalThis.WebSocket;
  readonly CloseEvent: typeof globalThis.CloseEvent;
  /** What a browser does by itself, and it only when it is told to. */
  readonly init?: object;
}

/** What a case is tried on: an implementation, and a server of its own. */
class World {
  readonly WebSocket: typeof globalThis.WebSocket;
  readonly CloseEvent: typeof globalThis.CloseEvent;
  readonly server: StandardServer;
  readonly url: string;
  readonly sockets: Socket[] = [];
  readonly #init: object | undefined;

  constructor({ WebSocket, CloseEvent, init }: Contender, server: StandardServer) {
    this.#init = init;
    this.WebSocket = WebSocket;
    this.CloseEvent = CloseEvent;
    this.server = server;
    this.url = `ws://127.0.0.1:${server.port}/`;
  }

  /** A socket that connects to the server of this case. */
  connect(protocols?: unknown, path = ''): Socket {
    type Constructor = new (url: string, protocols?: unknown, init?: object) => Socket;
    const { url } = this;
    const Connecting = this.WebSocket as Constructor;
    const socket = new Connecting(url + path, protocols, ...(this.#init ? [this.#init] : []));
    this.sockets.push(socket);
    return socket;
  }

  /** A socket that is open, and its peer. */
  async open(protocols?: unknown, fields = ''): Promise<{ socket: Socket; peer: StandardPeer }> {
    const socket = this.connect(protocols);
    const opened = heard(socket, 'open');
    const peer = await this.server.peer();
    peer.open(fields);
    await opened;
    return { socket, peer };
  }
}

type Case = readonly [step: string, title: string, run: (world: World) => unknown];

const SYNTAX = { name: 'SyntaxError', code: 12 };
const INVALID_ACCESS = { name: 'InvalidAccessError', code: 15 };
const INVALID_STATE = { name: 'InvalidStateError', code: 11 };

const HANDLERS = ['onopen', 'onmessage', 'onerror', 'onclose'] as const;
const READ_ONLY = ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol'] as const;
const CONSTANTS = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;

const INTERFACE: Case[] = [
  [
    '§3.1',
    'is called with `new` alone',
    ({ WebSocket }) => {
      assert.throws(() => (WebSocket as unknown as (url: string) => void)('ws://a/'), TypeError);
    },
  ],
  [
    '§3.1',
    'wants a URL',
    ({ WebSocket }) => {
      assert.throws(() => new (WebSocket as unknown as new () => Socket)(), TypeError);
    },
  ],
  [
    '§3.1',
    'is an EventTarget',
    ({ WebSocket }) => {
      assert.equal(Object.getPrototypeOf(WebSocket), EventTarget);
    },
  ],
  [
    '§3.1',
    'has its name as its tag',
    ({ WebSocket }) => {
      assert.equal(Object.prototype.toString.call(WebSocket.prototype), '[object WebSocket]');
    },
  ],
  [
    '§3.1',
    'counts the arguments that it needs',
    ({ WebSocket }) => {
      const { send, close } = WebSocket.prototype;
      assert.deepEqual([WebSocket.length, send.length, close.length], [1, 1, 0]);
    },
  ],
  [
    '§3.1',
    'shows its members in an enumeration',
    ({ WebSocket }) => {
      const members = [...READ_ONLY, ...HANDLERS, 'binaryType', 'send', 'close'];
      const keys = Object.keys(WebSocket.prototype);
      assert.deepEqual(
        members.filter((member) => !keys.includes(member)),
        [],
      );
    },
  ],
  [
    '§3.1',
    'has its constants on the interface',
    ({ WebSocket }) => {
      assert.deepEqual(constantsOf(WebSocket), CONSTANTS);
    },
  ],
  [
    '§3.1',
    'has its constants on every socket',
    (world) => {
      assert.deepEqual(constantsOf(world.connect()), CONSTANTS);
    },
  ],
  [
    '§3.1',
    'has constants that are constant',
    ({ WebSocket }) => {
      for (const where of [WebSocket, WebSocket.prototype]) {
        const { writable, configurable } = Object.getOwnPropertyDescriptor(where, 'OPEN')!;
        assert.deepEqual([writable, configurable], [false, false]);
      }
    },
  ],
  ...READ_ONLY.map(
    (name): Case => [
      '§3.1',
      `has ${name} to be read alone`,
      (world) => {
        const socket = world.connect() as unknown as Record<string, unknown>;
        const before = socket[name];
        assert.throws(() => {
          socket[name] = 7;
        }, TypeError);
        assert.equal(socket[name], before);
      },
    ],
  ),
  ...HANDLERS.map(
    (name): Case => [
      'event handlers',
      `has no ${name} at first`,
      (world) => {
        assert.equal(world.connect()[name], null);
      },
    ],
  ),
  [
    'event handlers',
    'takes a function',
    (world) => {
      const socket = world.connect();
      const handler = () => {};
      socket.onopen = handler;
      assert.equal(socket.onopen, handler);
    },
  ],
  [
    'event handlers',
    'takes what is no object for null',
    (world) => {
      const socket = world.connect();
      for (const given of [1, 'handler', undefined]) {
        socket.onopen = () => {};
        socket.onopen = given as unknown as null;
        assert.equal(socket.onopen, null);
      }
    },
  ],
  [
    'event handlers',
    'keeps an object that can not be called, and does not call it',
    async (world) => {
      const socket = world.connect();
      const handler = {};
      socket.onopen = handler as unknown as null;
      assert.equal(socket.onopen, handler);
      const opened = heard(socket, 'open');
      (await world.server.peer()).open();
      await opened;
    },
  ],
  [
    'event handlers',
    'calls a handler in the place that the first had',
    async (world) => {
      const socket = world.connect();
      const called: string[] = [];
      socket.onopen = () => called.push('first handler');
      socket.addEventListener('open', () => called.push('listener'));
      socket.onopen = () => called.push('handler');
      const opened = heard(socket, 'open');
      (await world.server.peer()).open();
      await opened;
      assert.deepEqual(called, ['handler', 'listener']);
    },
  ],
  [
    'event handlers',
    'calls a handler behind the others once it was taken away',
    async (world) => {
      const socket = world.connect();
      const called: string[] = [];
      socket.onopen = () => called.push('first handler');
      socket.addEventListener('open', () => called.push('listener'));
      socket.onopen = null;
      socket.onopen = () => called.push('handler');
      const opened = heard(socket, 'open');
      (await world.server.peer()).open();
      await opened;
      assert.deepEqual(called, ['listener', 'handler']);
    },
  ],
  [
    'event handlers',
    'has the socket as `this`',
    async (world) => {
      const socket = world.connect();
      const opened = new Promise((resolve) => {
        socket.onopen = function (this: unknown) {
          resolve(this);
        };
      });
      (await world.server.peer()).open();
      assert.equal(await opened, socket);
    },
  ],
];

const CONSTRUCTOR: Case[] = [
  ...[
    ['leaves spaces around it away', ' ws://a/ ', 'ws://a/'],
    ['lower-cases scheme and host', 'WS://A.Example/B', 'ws://a.example/B'],
    ['writes the host in IDNA', 'ws://bücher.example/', 'ws://xn--bcher-kva.example/'],
    ['encodes path and query', 'ws://a/ü?ü', 'ws://a/%C3%BC?%C3%BC'],
    ['takes half a surrogate pair for U+FFFD', 'ws://a/\ud800', 'ws://a/%EF%BF%BD'],
    ['leaves the usual port away', 'wss://a:443/', 'wss://a/'],
  ].map(
    ([title, given, url]): Case => [
      'constructor 2',
      title!,
      ({ WebSocket }) => {
        assert.equal(quietly(new WebSocket(given!)).url, url);
      },
    ],
  ),
  [
    'constructor 2',
    'takes a URL, and whatever can be made text',
    ({ WebSocket }) => {
      for (const given of [new URL('ws://a/'), { toString: () => 'ws://a/' }]) {
        assert.equal(quietly(new WebSocket(given as URL)).url, 'ws://a/');
      }
    },
  ],
  ...['', '/path', '//a/', 'nonsense', 'ws://', 'ws://a b/', 'ws://a:99999/'].map(
    (given): Case => [
      'constructor 3',
      `throws for ${JSON.stringify(given)}`,
      ({ WebSocket }) => {
        assert.throws(() => new WebSocket(given), SYNTAX);
      },
    ],
  ),
  [
    'constructor 3',
    'throws a DOMException',
    ({ WebSocket }) => {
      assert.throws(() => new WebSocket('nonsense'), DOMException);
    },
  ],
  [
    'constructor 4',
    'takes http: for ws:',
    ({ WebSocket }) => {
      assert.equal(quietly(new WebSocket('http://a/b')).url, 'ws://a/b');
    },
  ],
  [
    'constructor 5',
    'takes https: for wss:',
    ({ WebSocket }) => {
      assert.equal(quietly(new WebSocket('https://a/b')).url, 'wss://a/b');
    },
  ],
  ...['ftp://a/', 'mailto:a@b', 'about:blank', 'file:///a', 'ws-x://a/'].map(
    (given): Case => [
      'constructor 6',
      `throws for ${given}`,
      ({ WebSocket }) => {
        assert.throws(() => new WebSocket(given), SYNTAX);
      },
    ],
  ),
  ...['ws://a/#b', 'ws://a/#'].map(
    (given): Case => [
      'constructor 7',
      `throws for ${given}`,
      ({ WebSocket }) => {
        assert.throws(() => new WebSocket(given), SYNTAX);
      },
    ],
  ),
  ...(
    [
      ['a string', 'chat', 'chat'],
      ['an array', ['b', 'a'], 'b, a'],
      ['whatever can be iterated', new Set(['b', 'a']), 'b, a'],
      ['null as a string', null, 'null'],
      ['a number as a string', 13, '13'],
      ['elements that can be made text', [13, { toString: () => 'x' }], '13, x'],
    ] as const
  ).map(
    ([title, protocols, field]): Case => [
      'constructor 8',
      `takes ${title}`,
      async (world) => {
        world.connect(protocols);
        assert.deepEqual((await world.server.peer()).fields('sec-websocket-protocol'), [field]);
      },
    ],
  ),
  ...[['a', 'a'], [''], ['a b'], ['a,b'], ['ü'], ['a\x7f'], ['a\t'], ['(a)'], ['a', 'b=c']].map(
    (protocols): Case => [
      'constructor 9',
      `throws for ${JSON.stringify(protocols)}`,
      (world) => {
        assert.throws(() => world.connect(protocols), SYNTAX);
      },
    ],
  ),
  [
    'constructor 9',
    'takes every character of a token',
    async (world) => {
      const token = "!#$%&'*+-.^_`|~09AZaz";
      world.connect(token);
      assert.deepEqual((await world.server.peer()).fields('sec-websocket-protocol'), [token]);
    },
  ],
  [
    'constructor 10',
    'has its url at once',
    (world) => {
      assert.equal(world.connect(undefined, 'a?b').url, `${world.url}a?b`);
    },
  ],
  [
    'constructor 12',
    'connects by itself, and fires nothing before it has returned',
    async (world) => {
      const socket = world.connect();
      assert.equal(socket.readyState, 0);
      const opened = heard(socket, 'open');
      (await world.server.peer()).open();
      await opened;
    },
  ],
  [
    'constructor 12',
    'is CONNECTING, without protocol and extensions',
    async (world) => {
      const socket = world.connect();
      await world.server.peer();
      const { readyState, protocol, extensions, bufferedAmount } = socket;
      assert.deepEqual([readyState, protocol, extensions, bufferedAmount], [0, '', '', 0]);
    },
  ],
];

const OPENING: Case[] = [
  [
    'obtain 3, 4',
    'asks for path and query',
    async (world) => {
      world.connect(undefined, 'a//b?c=d&e');
      assert.match((await world.server.peer()).head, /^GET \/a\/\/b\?c=d&e HTTP\/1\.1\r\n/);
    },
  ],
  [
    'obtain 1, 2',
    'names host and port',
    async (world) => {
      world.connect();
      const peer = await world.server.peer();
      assert.deepEqual(peer.fields('host'), [`127.0.0.1:${world.server.port}`]);
    },
  ],
  [
    'establish 2',
    'names no referrer',
    async (world) => {
      world.connect();
      assert.deepEqual((await world.server.peer()).fields('referer'), []);
    },
  ],
  [
    'establish 2',
    'asks no cache',
    async (world) => {
      world.connect();
      const peer = await world.server.peer();
      const values = [...peer.fields('pragma'), ...peer.fields('cache-control')];
      assert.deepEqual(values, ['no-cache', 'no-cache']);
    },
  ],
  ...[301, 302, 303, 307, 308].map(
    (status): Case => [
      'establish 2',
      `does not go where ${status} points`,
      async (world) => {
        const socket = world.connect();
        const closed = heard(socket, 'close');
        const peer = await world.server.peer();
        peer.socket.end(`HTTP/1.1 ${status} X\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n`);
        assert.equal((await closed).code, 1006);
        assert.equal(world.server.connections, 1);
      },
    ],
  ),
  [
    'establish 3',
    'asks for an upgrade to websocket',
    async (world) => {
      world.connect();
      assert.deepEqual((await world.server.peer()).fields('upgrade'), ['websocket']);
    },
  ],
  [
    'establish 4',
    'says so in Connection',
    async (world) => {
      world.connect();
      const [value] = (await world.server.peer()).fields('connection');
      assert.equal(value!.toLowerCase(), 'upgrade');
    },
  ],
  [
    'establish 5, 6',
    'sends a nonce of 16 octets, another for each connection',
    async (world) => {
      const keys = new Set<string>();
      for (let i = 0; i < 3; i++) {
        const socket = world.connect();
        const peer = await world.server.peer();
        const [key, ...others] = peer.fields('sec-websocket-key');
        assert.equal(Buffer.from(key!, 'base64').length, 16);
        assert.equal(others.length, 0);
        keys.add(key!);
        peer.open();
        await heard(socket, 'open');
      }
      assert.equal(keys.size, 3);
    },
  ],
  [
    'establish 7',
    'speaks version 13',
    async (world) => {
      world.connect();
      assert.deepEqual((await world.server.peer()).fields('sec-websocket-version'), ['13']);
    },
  ],
  [
    'establish 8',
    'says nothing of subprotocols when it has none',
    async (world) => {
      world.connect([]);
      assert.deepEqual((await world.server.peer()).fields('sec-websocket-protocol'), []);
    },
  ],
  [
    'establish 9, 10',
    'offers permessage-deflate',
    async (world) => {
      world.connect();
      const [value] = (await world.server.peer()).fields('sec-websocket-extensions');
      assert.match(value!, /^permessage-deflate\b/);
    },
  ],
  ...['200 OK', '400 X', '401 X', '403 X', '404 X', '426 X', '500 X', '503 X'].map(
    (status): Case => [
      'establish 11.1',
      `fails at ${status}`,
      refusedBy(
        (peer) =>
          `HTTP/1.1 ${status}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${peer.accept}\r\nContent-Length: 0\r\n\r\n`,
      ),
    ],
  ),
  [
    'establish 11.1',
    'fails at an answer that is no HTTP',
    refusedBy(() => 'SSH-2.0-OpenSSH_9.6\r\n'),
  ],
  ['establish 11.1', 'fails when there is no answer', refusedBy(() => '')],
  [
    'establish 11.1',
    'fails when nobody listens',
    async (world) => {
      world.server.close();
      const socket = world.connect();
      const errors = count(socket, 'error');
      const { code, wasClean } = await heard(socket, 'close');
      assert.deepEqual([code, wasClean, errors()], [1006, false, 1]);
    },
  ],
  ...(
    [
      ['none of the subprotocols is chosen', ''],
      ['an empty one is chosen', 'Sec-WebSocket-Protocol:\r\n'],
    ] as const
  ).map(
    ([title, fields]): Case => [
      'establish 11.2',
      `fails when ${title}`,
      async (world) => {
        const socket = world.connect(['chat']);
        const closed = heard(socket, 'close');
        (await world.server.peer()).open(fields);
        assert.equal((await closed).code, 1006);
      },
    ],
  ),
  ...(
    [
      ['without Upgrade', { upgrade: '' }],
      ['with another Upgrade', { upgrade: 'Upgrade: h2c\r\n' }],
      ['without Connection', { connection: '' }],
      ['with another Connection', { connection: 'Connection: keep-alive\r\n' }],
      ['without Sec-WebSocket-Accept', { accept: '' }],
      ['with a wrong Sec-WebSocket-Accept', { accept: 'Sec-WebSocket-Accept: AAAA=\r\n' }],
      ['with an extension that there is not', { more: 'Sec-WebSocket-Extensions: x-y\r\n' }],
      [
        'with a parameter that there is not',
        { more: 'Sec-WebSocket-Extensions: permessage-deflate; x=y\r\n' },
      ],
      ['with a subprotocol that was not asked for', { more: 'Sec-WebSocket-Protocol: chat\r\n' }],
    ] as const
  ).map(
    ([title, parts]): Case => [
      'establish 11.3',
      `fails at 101 ${title}`,
      refusedBy(answerOf(parts)),
    ],
  ),
  [
    'establish 11.3',
    'fails when the subprotocol is written otherwise',
    async (world) => {
      const socket = world.connect(['chat']);
      const closed = heard(socket, 'close');
      (await world.server.peer()).open('Sec-WebSocket-Protocol: Chat\r\n');
      assert.equal((await closed).code, 1006);
    },
  ],
  ...(
    [
      ['websocket in any case', { upgrade: 'Upgrade: WebSocket\r\n' }],
      ['more options in Connection', { connection: 'Connection: keep-alive, upgrade\r\n' }],
      ['names of fields in any case', { accept: 'lower' }],
    ] as const
  ).map(
    ([title, parts]): Case => [
      'establish 11.3',
      `takes ${title}`,
      async (world) => {
        const socket = world.connect();
        const opened = heard(socket, 'open');
        const peer = await world.server.peer();
        peer.socket.write(answerOf(parts)(peer));
        await opened;
      },
    ],
  ),
];

const ESTABLISHED: Case[] = [
  [
    'established 1',
    'is OPEN when `open` is fired',
    async (world) => {
      const socket = world.connect();
      const opened = heard(socket, 'open').then(() => socket.readyState);
      (await world.server.peer()).open();
      assert.equal(await opened, 1);
    },
  ],
  [
    'established 2',
    'tells the extensions in use',
    async (world) => {
      const { socket } = await world.open([], 'Sec-WebSocket-Extensions: permessage-deflate\r\n');
      assert.equal(socket.extensions, 'permessage-deflate');
    },
  ],
  [
    'established 2',
    'tells of no extensions where there are none',
    async (world) => {
      assert.equal((await world.open()).socket.extensions, '');
    },
  ],
  [
    'established 3',
    'tells the subprotocol in use',
    async (world) => {
      const { socket } = await world.open(['a', 'b'], 'Sec-WebSocket-Protocol: b\r\n');
      assert.equal(socket.protocol, 'b');
    },
  ],
  [
    'established 4',
    'fires `open`, once',
    async (world) => {
      const socket = world.connect();
      const opens = count(socket, 'open');
      const opened = heard(socket, 'open');
      const peer = await world.server.peer();
      peer.open();
      const event: Event = await opened;
      assert.deepEqual([event.target, event.bubbles, event.cancelable], [socket, false, false]);
      peer.send(serverFrame(1, 'a'));
      await heard(socket, 'message');
      assert.equal(opens(), 1);
    },
  ],
  [
    'established',
    'lets a script hear what came with the handshake',
    async (world) => {
      const socket = world.connect();
      const opened = heard(socket, 'open');
      (await world.server.peer()).open('', serverFrame(1, 'early'));
      await opened;
      assert.equal((await heard(socket, 'message')).data, 'early');
    },
  ],
];

const CLOSE: Case[] = [
  ...[0, 999, 1001, 1005, 1006, 1015, 2999, 5000, -1, 65_536 + 1000, Number.NaN, 4999.5].map(
    (code): Case => [
      'close 1',
      `throws for ${code}`,
      async (world) => {
        const { socket } = await world.open();
        assert.throws(() => socket.close(code), INVALID_ACCESS);
        assert.equal(socket.readyState, 1);
      },
    ],
  ),
  [
    'close 1',
    'throws for what is no number, and for null',
    async (world) => {
      const { socket } = await world.open();
      for (const code of ['reason', null, {}]) {
        assert.throws(() => socket.close(code as unknown as number), INVALID_ACCESS);
      }
    },
  ],
  [
    'close 1',
    'throws while connecting and when closed, too',
    async (world) => {
      const socket = world.connect();
      assert.throws(() => socket.close(1), INVALID_ACCESS);
      socket.close();
      await heard(socket, 'close');
      assert.throws(() => socket.close(1), INVALID_ACCESS);
    },
  ],
  ...(
    [
      [1000, 1000],
      [3000, 3000],
      [4999, 4999],
      ['4000', 4000],
      [1000.4, 1000],
      [2999.5, 3000],
    ] as const
  ).map(
    ([given, code]): Case => [
      'close 1',
      `takes ${JSON.stringify(given)}`,
      async (world) => {
        const { socket, peer } = await world.open();
        socket.close(given as number);
        assert.equal((await peer.frame())!.payload.readUInt16BE(), code);
      },
    ],
  ),
  ...[
    ['x'.repeat(124), '124 octets'],
    ['ü'.repeat(62), '62 characters of two octets'],
    ['\ud800'.repeat(42), '42 halves of surrogate pairs'],
  ].map(
    ([reason, title]): Case => [
      'close 2.2',
      `throws for a reason of ${title}`,
      async (world) => {
        const { socket } = await world.open();
        assert.throws(() => socket.close(1000, reason), SYNTAX);
        assert.equal(socket.readyState, 1);
      },
    ],
  ),
  [
    'close 2.1',
    'sends a reason of 123 octets as UTF-8, half a pair as U+FFFD',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.close(1000, `${'\ud800'.repeat(40)}üa`);
      assert.equal((await peer.frame())!.payload.toString('utf8', 2), `${'\ufffd'.repeat(40)}üa`);
    },
  ],
  [
    'close 3, CLOSED',
    'does nothing',
    async (world) => {
      const { socket, peer } = await world.open();
      peer.send(closeFrame(1000));
      peer.socket.end();
      await heard(socket, 'close');
      const closes = count(socket, 'close');
      socket.close();
      await sleep(10);
      assert.deepEqual([socket.readyState, closes()], [3, 0]);
    },
  ],
  [
    'close 3, CLOSING',
    'does nothing',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.close(4000);
      socket.close(4001);
      assert.equal(socket.readyState, 2);
      assert.equal((await peer.frame())!.payload.readUInt16BE(), 4000);
      peer.send(closeFrame(4000));
      peer.socket.end();
      assert.equal(await peer.frame(), undefined);
    },
  ],
  [
    'close 3, not established',
    'is CLOSING at once',
    (world) => {
      const socket = world.connect();
      socket.close();
      assert.equal(socket.readyState, 2);
    },
  ],
  [
    'close 3, not established',
    'fails the connection, with `error` and `close`',
    async (world) => {
      const socket = world.connect();
      const [opens, errors] = [count(socket, 'open'), count(socket, 'error')];
      socket.close();
      const { code, wasClean } = await heard(socket, 'close');
      assert.deepEqual([code, wasClean, opens(), errors()], [1006, false, 0, 1]);
    },
  ],
  [
    'close 3, not established',
    'fires nothing within the call, nor in its task',
    async (world) => {
      const socket = world.connect();
      const closes = count(socket, 'close');
      socket.close();
      for (let i = 0; i < 20; i++) await undefined;
      assert.deepEqual([closes(), socket.readyState], [0, 2]);
      await heard(socket, 'close');
    },
  ],
  [
    'close 3, not established',
    'fails a handshake that is under way',
    async (world) => {
      const socket = world.connect();
      const opens = count(socket, 'open');
      const peer = await world.server.peer();
      socket.close();
      peer.open();
      assert.equal((await heard(socket, 'close')).code, 1006);
      assert.equal(opens(), 0);
    },
  ],
  [
    'close 3, not started',
    'is CLOSING at once',
    async (world) => {
      const { socket } = await world.open();
      socket.close();
      assert.equal(socket.readyState, 2);
    },
  ],
  [
    'close 3, not started',
    'sends a Close frame without a body',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.close();
      const { opcode, payload } = (await peer.frame())!;
      assert.deepEqual([opcode, payload.length], [8, 0]);
    },
  ],
  [
    'close 3, not started',
    'takes undefined for nothing',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.close(undefined, undefined);
      assert.equal((await peer.frame())!.payload.length, 0);
    },
  ],
  [
    'close 3, not started',
    'sends code and reason',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.close(4321, 'enough');
      const { payload } = (await peer.frame())!;
      assert.deepEqual([payload.readUInt16BE(), payload.toString('utf8', 2)], [4321, 'enough']);
    },
  ],
  [
    'close 3, not started',
    'sends all that was sent before',
    async (world) => {
      const { socket, peer } = await world.open();
      for (let i = 0; i < 50; i++) socket.send(new Uint8Array(20_000));
      socket.send(new Blob(['last']));
      socket.close();
      const lengths: number[] = [];
      for (let frame = await peer.frame(); frame!.opcode !== 8; frame = await peer.frame()) {
        lengths.push(frame!.payload.length);
      }
      assert.deepEqual(lengths, [...Array.from({ length: 50 }, () => 20_000), 4]);
    },
  ],
  [
    'close 3, otherwise',
    'stays CLOSING when the server has begun',
    async (world) => {
      const { socket, peer } = await world.open();
      peer.send(closeFrame(4000));
      await until(() => socket.readyState === 2);
      socket.close(4001);
      assert.equal(socket.readyState, 2);
      peer.socket.end();
      assert.equal((await heard(socket, 'close')).code, 4000);
    },
  ],
];

const BUFFERED: Case[] = [
  ...(
    [
      ['text', 'aü€😀', 10],
      ['half a surrogate pair', '\ud800', 3],
      ['an ArrayBuffer', new ArrayBuffer(5), 5],
      ['a part of one', new Uint16Array(new ArrayBuffer(20), 4, 3), 6],
      ['a blob', new Blob(['abc', 'def']), 6],
    ] as const
  ).map(
    ([title, data, octets]): Case => [
      'bufferedAmount',
      `counts ${title}, without its frame`,
      async (world) => {
        const { socket } = await world.open();
        assert.equal(socket.bufferedAmount, 0);
        socket.send(data as string);
        socket.send(data as string);
        assert.equal(socket.bufferedAmount, 2 * octets);
      },
    ],
  ),
  [
    'bufferedAmount',
    'counts all that a task has sent, though it be much',
    async (world) => {
      const { socket } = await world.open();
      socket.send('x');
      for (let i = 0; i < 4; i++) socket.send(new Uint8Array(300_000));
      assert.equal(socket.bufferedAmount, 1_200_001);
    },
  ],
  [
    'bufferedAmount',
    'counts no more what has left',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.send('text');
      await peer.frame();
      await until(() => socket.bufferedAmount === 0);
    },
  ],
  [
    'bufferedAmount',
    'counts what is sent while CLOSING',
    async (world) => {
      const { socket } = await world.open();
      socket.close();
      socket.send('late');
      socket.send(new Uint8Array(6));
      assert.equal(socket.bufferedAmount, 10);
    },
  ],
  [
    'bufferedAmount',
    'only grows once it is CLOSED',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.close();
      socket.send('abc');
      peer.send(closeFrame(1000));
      peer.socket.end();
      await heard(socket, 'close');
      assert.equal(socket.bufferedAmount, 3);
      socket.send(new Blob(['de']));
      assert.equal(socket.bufferedAmount, 5);
    },
  ],
];

const BINARY_TYPE: Case[] = [
  [
    'binaryType',
    'is blob at first',
    (world) => {
      assert.equal(world.connect().binaryType, 'blob');
    },
  ],
  [
    'binaryType',
    'takes both values',
    (world) => {
      const socket = world.connect();
      for (const type of ['arraybuffer', 'blob'] as const) {
        socket.binaryType = type;
        assert.equal(socket.binaryType, type);
      }
    },
  ],
  [
    'binaryType',
    'is not changed by what is neither',
    (world) => {
      const socket = world.connect();
      socket.binaryType = 'arraybuffer';
      for (const type of ['Blob', '', 'nodebuffer', null, 1]) {
        socket.binaryType = type as 'blob';
        assert.equal(socket.binaryType, 'arraybuffer');
      }
    },
  ],
];

const SEND: Case[] = [
  [
    'send 1',
    'throws while CONNECTING',
    (world) => {
      const socket = world.connect();
      assert.throws(() => socket.send('early'), INVALID_STATE);
      assert.equal(socket.bufferedAmount, 0);
    },
  ],
  [
    'send',
    'throws without an argument',
    async (world) => {
      const { socket } = await world.open();
      assert.throws(() => (socket.send as () => void)(), TypeError);
    },
  ],
  ...(
    [
      ['text', 'aü€😀', 1, 'aü€😀'],
      ['an empty string', '', 1, ''],
      ['half a surrogate pair as U+FFFD', 'a\ud800b', 1, 'a\ufffdb'],
      ['a number as text', 42, 1, '42'],
      ['null as text', null, 1, 'null'],
      ['undefined as text', undefined, 1, 'undefined'],
      ['an object as text', { toString: () => 'made' }, 1, 'made'],
      ['a String object as text', Object('text'), 1, 'text'],
      ['a blob as octets', new Blob(['bl', 'ob'], { type: 'text/plain' }), 2, 'blob'],
      ['an empty blob', new Blob([]), 2, ''],
      ['an ArrayBuffer', new TextEncoder().encode('octets').buffer, 2, 'octets'],
      ['an empty ArrayBuffer', new ArrayBuffer(0), 2, ''],
      ['a Uint8Array', new TextEncoder().encode('octets'), 2, 'octets'],
      ['the part that an array shows', new TextEncoder().encode('octets').subarray(2, 4), 2, 'te'],
      ['a Uint16Array', Uint16Array.of(0x6161, 0x6262), 2, 'aabb'],
      ['a DataView', new DataView(new TextEncoder().encode('octets').buffer, 1, 3), 2, 'cte'],
    ] as [string, unknown, number, string][]
  ).map(
    ([title, data, opcode, text]): Case => [
      'send 2',
      `sends ${title}`,
      async (world) => {
        const { socket, peer } = await world.open();
        socket.send(data as string);
        const frame = (await peer.frame())!;
        assert.deepEqual(
          [frame.opcode, frame.payload.toString(), frame.final],
          [opcode, text, true],
        );
      },
    ],
  ),
  [
    'send 2',
    'sends octets as they were when it was called',
    async (world) => {
      const { socket, peer } = await world.open();
      const octets = new TextEncoder().encode('before'.repeat(20_000));
      socket.send(new Blob(['blob']));
      socket.send(octets);
      octets.fill(0);
      await peer.frame();
      assert.equal((await peer.frame())!.payload.toString('latin1', 0, 6), 'before');
    },
  ],
  [
    'send 2',
    'leaves the octets as they were',
    async (world) => {
      const { socket, peer } = await world.open();
      const octets = new TextEncoder().encode('x'.repeat(100_000));
      socket.send(octets);
      await peer.frame();
      assert.ok(octets.every((octet) => octet === 0x78));
    },
  ],
  [
    'send 2',
    'keeps the order of blobs, text and octets',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.send(new Blob(['1'.repeat(60_000)]));
      socket.send('2');
      socket.send(new Blob(['3']));
      socket.send(new TextEncoder().encode('4'));
      socket.send('5');
      let order = '';
      while (order.length < 5) order += (await peer.frame())!.payload.toString('latin1', 0, 1);
      assert.equal(order, '12345');
    },
  ],
  [
    'send 2',
    'throws for octets that are shared with other threads',
    async (world) => {
      const { socket } = await world.open();
      const shared = new Uint8Array(new SharedArrayBuffer(4));
      assert.throws(
        () => socket.send(shared as unknown as ArrayBufferView<ArrayBuffer>),
        TypeError,
      );
    },
  ],
  [
    'send 2',
    'throws for octets whose number can change',
    async (world) => {
      const { socket } = await world.open();
      type Resizable = new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
      const resizable = new (ArrayBuffer as unknown as Resizable)(4, { maxByteLength: 8 });
      assert.throws(() => socket.send(resizable), TypeError);
      assert.throws(() => socket.send(new Uint8Array(resizable)), TypeError);
    },
  ],
  [
    'send 2',
    'takes an ArrayBuffer that was given away for an empty one',
    async (world) => {
      const { socket, peer } = await world.open();
      const buffer = new ArrayBuffer(4);
      structuredClone(buffer, { transfer: [buffer] });
      socket.send(buffer);
      assert.equal((await peer.frame())!.payload.length, 0);
    },
  ],
  [
    'send 2',
    'sends nothing once it is CLOSING',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.close();
      socket.send('late');
      assert.equal((await peer.frame())!.opcode, 8);
      peer.send(closeFrame(1000));
      peer.socket.end();
      assert.equal(await peer.frame(), undefined);
    },
  ],
  [
    'send 2',
    'does not throw once it is CLOSED',
    async (world) => {
      const { socket, peer } = await world.open();
      peer.send(closeFrame(1000));
      peer.socket.end();
      await heard(socket, 'close');
      socket.send('late');
    },
  ],
];

const MESSAGE: Case[] = [
  [
    'message 1',
    'is not fired once close() was called',
    async (world) => {
      const { socket, peer } = await world.open();
      const messages = count(socket, 'message');
      socket.close();
      await peer.frame();
      peer.send(serverFrame(1, 'late'), closeFrame(1000));
      peer.socket.end();
      await heard(socket, 'close');
      assert.equal(messages(), 0);
    },
  ],
  [
    'message 1',
    'is not fired for what came in one chunk with that on which it was closed',
    async (world) => {
      const { socket, peer } = await world.open();
      const messages = count(socket, 'message');
      socket.onmessage = () => socket.close();
      peer.send(serverFrame(1, 'first'), serverFrame(1, 'late'), closeFrame(1000));
      peer.socket.end();
      await heard(socket, 'close');
      assert.equal(messages(), 1);
    },
  ],
  [
    'message 2',
    'gives text as a string',
    async (world) => {
      const { socket, peer } = await world.open();
      peer.send(serverFrame(1, '\ufeffaü€😀'));
      assert.equal((await heard(socket, 'message')).data, '\ufeffaü€😀');
    },
  ],
  [
    'message 2',
    'gives an empty text',
    async (world) => {
      const { socket, peer } = await world.open();
      peer.send(serverFrame(1));
      assert.equal((await heard(socket, 'message')).data, '');
    },
  ],
  [
    'message 2',
    'gives fragments as one message',
    async (world) => {
      const { socket, peer } = await world.open();
      peer.send(
        serverFrame(1, 'a', 0),
        serverFrame(9),
        serverFrame(0, 'b', 0),
        serverFrame(0, 'c'),
      );
      assert.equal((await heard(socket, 'message')).data, 'abc');
    },
  ],
  [
    'message 2',
    'gives octets as a Blob without a type',
    async (world) => {
      const { socket, peer } = await world.open();
      peer.send(serverFrame(2, 'octets'));
      const { data } = await heard(socket, 'message');
      assert.ok(data instanceof Blob);
      assert.deepEqual([data.type, await data.text()], ['', 'octets']);
    },
  ],
  [
    'message 2',
    'gives octets as an ArrayBuffer of their size',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.binaryType = 'arraybuffer';
      peer.send(serverFrame(2, 'octets'));
      const { data } = await heard(socket, 'message');
      assert.ok(data instanceof ArrayBuffer);
      assert.equal(Buffer.from(data).toString(), 'octets');
    },
  ],
  [
    'message 2',
    'goes by the binaryType at the time of the event',
    async (world) => {
      const { socket, peer } = await world.open();
      const types: string[] = [];
      socket.onmessage = ({ data }) => {
        types.push(data.constructor.name);
        socket.binaryType = 'arraybuffer';
      };
      peer.send(serverFrame(2, 'a'), serverFrame(2, 'b'));
      await until(() => types.length === 2);
      assert.deepEqual(types, ['Blob', 'ArrayBuffer']);
    },
  ],
  [
    'message 3',
    'is a MessageEvent with the origin of the URL',
    async (world) => {
      const { socket, peer } = await world.open();
      peer.send(serverFrame(1, 'a'));
      const event = await heard(socket, 'message');
      assert.ok(event instanceof MessageEvent);
      const { origin, lastEventId, source, ports, target } = event;
      assert.deepEqual(
        [origin, lastEventId, source, ports],
        [world.url.slice(0, -1), '', null, []],
      );
      assert.equal(target, socket);
    },
  ],
  [
    'message',
    'is a task of its own: what was promised is done before the next',
    async (world) => {
      const { socket, peer } = await world.open();
      const order: string[] = [];
      socket.onmessage = async ({ data }) => {
        order.push(data);
        for (let i = 0; i < 10; i++) await undefined;
        order.push(`${data} dealt with`);
      };
      peer.send(serverFrame(1, '1'), serverFrame(1, '2'), serverFrame(1, '3'));
      await until(() => order.length === 6);
      const each = ['1', '2', '3'].flatMap((data) => [data, `${data} dealt with`]);
      assert.deepEqual(order, each);
    },
  ],
  [
    'message',
    'can be awaited one by one, though all come at once',
    async (world) => {
      const { socket, peer } = await world.open();
      peer.send(...['1', '2', '3'].map((text) => serverFrame(1, text)));
      for (const text of ['1', '2', '3']) assert.equal((await heard(socket, 'message')).data, text);
    },
  ],
];

const CLOSED: Case[] = [
  [
    'closing',
    'is CLOSING as soon as the server has begun',
    async (world) => {
      const { socket, peer } = await world.open();
      peer.send(closeFrame(1000));
      assert.equal((await peer.frame())!.opcode, 8);
      assert.equal(socket.readyState, 2);
      peer.socket.end();
      await heard(socket, 'close');
    },
  ],
  [
    'closing',
    'is OPEN while messages are told that came before',
    async (world) => {
      const { socket, peer } = await world.open();
      const states: number[] = [];
      socket.onmessage = () => states.push(socket.readyState);
      peer.send(serverFrame(1, 'a'), serverFrame(1, 'b'), closeFrame(1000));
      peer.socket.end();
      await heard(socket, 'close');
      assert.deepEqual(states, [1, 1]);
    },
  ],
  [
    'closed 1',
    'is CLOSED when `error` and `close` are fired',
    async (world) => {
      const { socket, peer } = await world.open();
      const states: number[] = [];
      for (const type of ['error', 'close']) {
        socket.addEventListener(type, () => states.push(socket.readyState));
      }
      peer.send(serverFrame(3));
      await heard(socket, 'close');
      assert.deepEqual(states, [3, 3]);
    },
  ],
  ...(
    [
      ['a reserved opcode', serverFrame(3)],
      ['a reserved bit', serverFrame(1, 'a', 0xa0)],
      ['a mask', Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x61])],
      ['text that is not UTF-8', serverFrame(1, Uint8Array.of(0xff))],
      ['a continuation of nothing', serverFrame(0, 'a')],
      ['a fragmented Ping', serverFrame(9, '', 0)],
      ['a close code that may not be sent', closeFrame(1005)],
      ['a close reason that is not UTF-8', closeFrame(1000, Uint8Array.of(0xff))],
    ] as const
  ).map(
    ([title, frame]): Case => [
      'closed 2',
      `fires \`error\` before \`close\` for ${title}`,
      async (world) => {
        const { socket, peer } = await world.open();
        const order: string[] = [];
        for (const type of ['error', 'close'])
          socket.addEventListener(type, () => order.push(type));
        const closed = heard(socket, 'close');
        peer.send(frame);
        assert.equal((await closed).wasClean, false);
        assert.deepEqual(order, ['error', 'close']);
      },
    ],
  ),
  [
    'closed 2',
    'fires no `error` when all went well',
    async (world) => {
      const { socket, peer } = await world.open();
      const errors = count(socket, 'error');
      peer.send(closeFrame(1001));
      peer.socket.end();
      await heard(socket, 'close');
      assert.equal(errors(), 0);
    },
  ],
  ...(
    [
      ['code and reason of the server', closeFrame(4000, 'aü€😀'), [true, 4000, 'aü€😀']],
      ['1005 for a Close frame without a code', serverFrame(8), [true, 1005, '']],
      ['a reason with its byte order mark', closeFrame(1000, '\ufeffa'), [true, 1000, '\ufeffa']],
      ['1006 when there was no Close frame', Buffer.alloc(0), [false, 1006, '']],
    ] as const
  ).map(
    ([title, frame, expected]): Case => [
      'closed 3',
      `tells ${title}`,
      async (world) => {
        const { socket, peer } = await world.open();
        const closed = heard(socket, 'close');
        peer.send(frame);
        peer.socket.end();
        const { wasClean, code, reason } = await closed;
        assert.deepEqual([wasClean, code, reason], expected);
      },
    ],
  ),
  [
    'closed 3',
    'tells the code of the server, not its own',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.close(4000, 'mine');
      await peer.frame();
      peer.send(closeFrame(4001, 'yours'));
      peer.socket.end();
      const { wasClean, code, reason } = await heard(socket, 'close');
      assert.deepEqual([wasClean, code, reason], [true, 4001, 'yours']);
    },
  ],
  [
    'closed 3',
    'is not clean when our Close frame is not answered',
    async (world) => {
      const { socket, peer } = await world.open();
      socket.close(4000);
      await peer.frame();
      peer.socket.end();
      const { wasClean, code } = await heard(socket, 'close');
      assert.deepEqual([wasClean, code], [false, 1006]);
    },
  ],
  [
    'closed 3',
    'fires a CloseEvent, once',
    async (world) => {
      const { socket, peer } = await world.open();
      const closes = count(socket, 'close');
      peer.send(closeFrame(1000));
      peer.socket.end();
      const event = await heard(socket, 'close');
      await nextTask();
      assert.ok(event instanceof world.CloseEvent);
      assert.deepEqual(
        [event.target, event.bubbles, event.cancelable, closes()],
        [socket, false, false, 1],
      );
    },
  ],
  [
    'closed 3',
    'does not close before the server has ended the connection',
    async (world) => {
      const { socket, peer } = await world.open();
      const closes = count(socket, 'close');
      socket.close();
      await peer.frame();
      peer.send(closeFrame(1000));
      await sleep(50);
      assert.equal(closes(), 0);
      peer.socket.end();
      await heard(socket, 'close');
    },
  ],
  [
    '§4',
    'answers a Ping with its payload, and tells nothing of it',
    async (world) => {
      const { socket, peer } = await world.open();
      const messages = count(socket, 'message');
      peer.send(serverFrame(9, 'are you there'), serverFrame(10, 'unasked'), serverFrame(1, 'a'));
      await heard(socket, 'message');
      const { opcode, payload } = (await peer.frame())!;
      assert.deepEqual([opcode, payload.toString(), messages()], [10, 'are you there', 1]);
    },
  ],
];

const CLOSE_EVENT: Case[] = [
  [
    '§5',
    'has defaults',
    ({ CloseEvent }) => {
      const { type, wasClean, code, reason, bubbles } = new CloseEvent('close');
      assert.deepEqual([type, wasClean, code, reason, bubbles], ['close', false, 0, '', false]);
    },
  ],
  [
    '§5',
    'takes what it is given, and what every event is',
    ({ CloseEvent }) => {
      const init = { wasClean: true, code: 4000, reason: 'x', bubbles: true, cancelable: true };
      const { wasClean, code, reason, bubbles, cancelable } = new CloseEvent('x', init);
      assert.deepEqual({ wasClean, code, reason, bubbles, cancelable }, init);
    },
  ],
  [
    '§5',
    'makes an unsigned short of the code, and text of the reason',
    ({ CloseEvent }) => {
      const init = { wasClean: 1, code: '65537', reason: null } as unknown as CloseEventInit;
      const { wasClean, code, reason } = new CloseEvent('close', init);
      assert.deepEqual([wasClean, code, reason], [true, 1, 'null']);
    },
  ],
  [
    '§5',
    'wants a type',
    ({ CloseEvent }) => {
      assert.throws(() => new (CloseEvent as unknown as new () => Event)(), TypeError);
    },
  ],
  [
    '§5',
    'is read alone',
    ({ CloseEvent }) => {
      const event = new CloseEvent('close') as unknown as Record<string, unknown>;
      for (const name of ['wasClean', 'code', 'reason']) {
        assert.throws(() => {
          event[name] = 1;
        }, TypeError);
      }
    },
  ],
];

const CASES: readonly Case[] = [
  ...INTERFACE,
  ...CONSTRUCTOR,
  ...OPENING,
  ...ESTABLISHED,
  ...CLOSE,
  ...BUFFERED,
  ...BINARY_TYPE,
  ...SEND,
  ...MESSAGE,
  ...CLOSED,
  ...CLOSE_EVENT,
];

/** How long undici may take for a case: what it does not do, it never does. */
const PATIENCE = 2_000;

const ENCKE: Contender = {
  WebSocket: EnckeWebSocket as unknown as typeof globalThis.WebSocket,
  CloseEvent: EnckeCloseEvent as unknown as typeof globalThis.CloseEvent,
  init: { compression: true },
};

const UNDICI: Contender = {
  WebSocket: UndiciWebSocket as unknown as typeof globalThis.WebSocket,
  CloseEvent: UndiciCloseEvent as unknown as typeof globalThis.CloseEvent,
};

describe('the WebSockets standard', () => {
  for (const [step, title, run] of CASES) {
    it(`${step}: ${title}`, () => tried(ENCKE, run, 10 * PATIENCE));
  }

  it('is kept by undici in more than half of the cases, and how far is printed', async (t) => {
    const outcomes = CASES.map(([, , run]) =>
      tried(UNDICI, run, PATIENCE).then(
        () => true,
        () => false,
      ),
    );
    const keeps = await Promise.all(outcomes);
    const departures = CASES.filter((_, i) => !keeps[i]);
    const kept = CASES.length - departures.length;
    t.diagnostic(
      `encke keeps ${CASES.length} of ${CASES.length} cases, undici ${kept}. It departs in:`,
    );
    for (const [step, title] of departures) t.diagnostic(`  ${step}: ${title}`);
    assert.ok(CASES.length >= 120);
    assert.ok(kept > CASES.length / 2, `${kept} of ${CASES.length}`);
  });
});

// Helpers

/** A case on a server of its own, which is closed whatever becomes of it. */
async function tried(contender: Contender, run: Case[2], patience: number): Promise<void> {
  const server = await StandardServer.start();
  const world = new World(contender, server);
  try {
    const late = sleep(patience, true, { ref: false });
    const isLate = await Promise.race([Promise.resolve(run(world)).then(() => false), late]);
    assert.ok(!isLate, `not in ${patience} ms`);
  } finally {
    for (const socket of world.sockets) quietly(socket);
    server.close();
  }
}

type EventsOf = { open: Event; message: MessageEvent; error: Event; close: CloseEvent };

/** The next event of a type. */
function heard<Type extends keyof EventsOf>(socket: Socket, type: Type): Promise<EventsOf[Type]> {
  return new Promise((resolve) => {
    socket.addEventListener(type, (event) => resolve(event as EventsOf[Type]), { once: true });
  });
}

/** How many events of a type there were from now on. */
function count(socket: Socket, type: keyof EventsOf): () => number {
  let events = 0;
  socket.addEventListener(type, () => events++);
  return () => events;
}

/** Gives a socket up, if it is one, without another word about it. */
function quietly(socket: Socket): Socket {
  socket.addEventListener('error', () => {});
  socket.close();
  return socket;
}

function constantsOf(where: object): Record<string, unknown> {
  const constants = where as Record<string, unknown>;
  return Object.fromEntries(Object.keys(CONSTANTS).map((name) => [name, constants[name]]));
}

/** A handshake that gets this answer fails: `error`, then a `close` that tells nothing. */
function refusedBy(answer: (peer: StandardPeer) => string): Case[2] {
  return async (world) => {
    const socket = world.connect();
    const [opens, errors] = [count(socket, 'open'), count(socket, 'error')];
    const closed = heard(socket, 'close');
    const peer = await world.server.peer();
    peer.socket.end(answer(peer));
    const { code, reason, wasClean } = await closed;
    assert.deepEqual([code, reason, wasClean, opens(), errors()], [1006, '', false, 0, 1]);
  };
}

/** An answer that accepts the handshake, but for some parts. */
function answerOf(parts: {
  readonly upgrade?: string;
  readonly connection?: string;
  readonly accept?: string;
  readonly more?: string;
}): (peer: StandardPeer) => string {
  return (peer) => {
    const right = `Sec-WebSocket-Accept: ${peer.accept}\r\n`;
    const {
      upgrade = 'Upgrade: websocket\r\n',
      connection = 'Connection: Upgrade\r\n',
      accept = right,
      more = '',
    } = parts;
    const named =
      accept === 'lower' ? right.replace(/^[^:]+/, (name) => name.toLowerCase()) : accept;
    return `HTTP/1.1 101 Switching Protocols\r\n${upgrade}${connection}${named}${more}\r\n`;
  };
}
