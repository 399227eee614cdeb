/**
 * What a server can do wrong in the opening handshake.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.2 | RFC 6455 §4.2, §9 and §11.3}
 * @module
 */

import { SAMPLE_ACCEPT, SAMPLE_KEY } from '../../../spec/opening-handshake.ts';
import {
  ACCEPTS_ALL,
  acceptsOffer,
  agrees,
  answersWith,
  doubles,
  field,
  ignores,
  leavesOut,
  type Row,
  reads,
  refuses,
  sets,
  takes,
  takesFirst,
} from './fault.ts';
import { refusing } from './handshake.ts';
import { RIGHT } from './script.ts';

const KEY = 'sec-websocket-key';
const VERSION = 'sec-websocket-version';
const PROTOCOL = 'sec-websocket-protocol';
const EXTENSIONS = 'sec-websocket-extensions';

/** Faults in what a request is asked for. @see RFC 6455 §4.2.1 */
export const requestFaults: readonly Row[] = [
  [
    '6455-4.2.1-1/a',
    'takes a subprotocol that is named twice',
    field(PROTOCOL, (values) => values.map((value) => value.replace(/^(\w+), \1$/, '$1'))),
  ],
  ['6455-4.2.1-1/b', 'takes a line that is no field', reads({ isWellFormed: true })],
  ['6455-4.2.1-2/a', 'takes a POST', reads({ method: 'GET' })],
  ['6455-4.2.1-2/b 6455-4.2.1-2/c', 'reads content as frames', reads({ hasContent: false })],
  ['6455-4.2.1-3', 'upgrades HTTP/1.0', reads({ minorVersion: 1 })],
  [
    '6455-4.2.1-4',
    'takes no target with scheme and host',
    { minds: ({ target }) => !target.startsWith('/') },
  ],
  ['6455-4.2.1-5', 'does without Host', takes('host', undefined, 'scripted')],
  ['6455-4.2.1-6/a', 'does without Upgrade', takes('upgrade', undefined, 'websocket')],
  ['6455-4.2.1-6/b', 'takes any Upgrade', takes('upgrade', /h2c/, 'websocket')],
  [
    '6455-4.2.1-6/c',
    'looks at the case of Upgrade',
    refuses('upgrade', (values) => !values.includes('websocket')),
  ],
  [
    '6455-4.2.1-7/a',
    'looks for the upgrade option alone',
    refuses('connection', (values) => !values.includes('Upgrade')),
  ],
  ['6455-4.2.1-7/b', 'takes any Connection', takes('connection', /keep-alive/, 'Upgrade')],
  ['6455-4.2.1-8/a', 'does without a key', takes(KEY, undefined, SAMPLE_KEY)],
  [
    '6455-4.2.1-8/b 6455-4.2.1-8/d 6455-4.2.1-8/e',
    'does not look how long a key is',
    takes(KEY, /^(?:[\w+/]{4})*(?:[\w+/]{3}=)?$/, SAMPLE_KEY),
  ],
  [
    '6455-4.2.1-8/c 6455-4.2.1-8/f',
    'takes base64 without its padding for a key',
    takes(KEY, /^[\w+/]+$/, SAMPLE_KEY),
  ],
  ['6455-4.3-2/d', 'takes an empty key', takes(KEY, /^$/, SAMPLE_KEY)],
  ['6455-11.3.1-1', 'takes the first of two keys', takesFirst(KEY)],
  ['6455-4.2.1-9/a', 'does without a version', takes(VERSION, undefined, '13')],
  ['6455-4.2.1-9/b 6455-4.2.2-6/b', 'takes version 12', takes(VERSION, /^12$/, '13')],
  ['6455-4.2.2-6/a', 'takes version 99', takes(VERSION, /^99$/, '13')],
  ['6455-4.3-2/a', 'reads a version as a number', takes(VERSION, /^0*13$/, '13')],
  ['6455-4.3-2/b', 'reads a version as a list', takes(VERSION, /^13, /, '13')],
  ['6455-11.3.5-2', 'takes the first of two versions', takesFirst(VERSION)],
  ['6455-4.3-2/c', 'does not look at the grammar of subprotocols', ignores(PROTOCOL)],
  [
    '6455-4.2.1-11 6455-4.2.1-10',
    'answers a handshake without Origin with 400',
    refuses('origin', ([origin]) => origin === undefined),
  ],
  [
    '6455-4.2.1-12',
    'refuses fields that it does not know',
    refuses('x-foo', ([value]) => value !== undefined),
  ],
  [
    '6455-4.2.1-13',
    'wants Host to be the first field',
    { minds: ({ lines }) => Object.keys(lines)[0] !== 'host' },
  ],
  [
    '6455-10.7-4',
    'breaks down over a broken request line',
    { answers: (answer, { isWellFormed }) => (isWellFormed ? answer : refusing(500)) },
  ],
  [
    '6455-11.3.4-1',
    'takes subprotocols in one line only',
    refuses(PROTOCOL, (values) => values.length > 1),
  ],
];

/** Faults in what is answered. @see RFC 6455 §4.2.2 */
export const answerFaults: readonly Row[] = [
  [
    '6455-4.2.2-6/a 6455-4.2.2-6/b 6455-4.4-1/a 6455-4.4-1/b',
    'does not say which version it speaks',
    leavesOut('Sec-WebSocket-Version'),
  ],
  ['6455-4.2.2-6/c', 'does not say what to upgrade to', leavesOut('Upgrade')],
  ['6455-11.3.5-1', 'names its version twice', doubles('Sec-WebSocket-Version')],
  ['6455-4.2.2-7', 'has every resource', reads({ target: '/' })],
  [
    '6455-4.2.2-8',
    'chooses a subprotocol that nobody asked for',
    sets('Sec-WebSocket-Protocol', 'Chat'),
  ],
  [
    '6455-4.2.2-9/a 6455-4.2.2-9/b',
    'names a subprotocol to everybody',
    sets('Sec-WebSocket-Protocol', 'chat'),
  ],
  ['6455-11.3.4-2', 'names its subprotocol twice', doubles('Sec-WebSocket-Protocol')],
  ['6455-4.2.2-12', 'says that its 101 has a length', sets('Content-Length', '0')],
  ['6455-4.2.2-12', 'sends a line that is no field', sets('X Foo', 'bar')],
  ['6455-4.2.2-12', 'says HTTP/1.0', { answers: (answer) => ({ ...answer, version: 'HTTP/1.0' }) }],
  ['6455-4.2.2-13', 'says another Upgrade', sets('Upgrade', 'h2c')],
  ['6455-4.2.2-13', 'says no Upgrade', leavesOut('Upgrade')],
  ['6455-4.2.2-14', 'says another Connection', sets('Connection', 'keep-alive')],
  [
    '6455-4.2.2-15/a',
    'gives the accept value in lower case',
    sets('Sec-WebSocket-Accept', (value) => value.toLowerCase()),
  ],
  [
    '6455-4.2.2-15/b',
    'always gives the accept value of the example',
    sets('Sec-WebSocket-Accept', SAMPLE_ACCEPT),
  ],
  ['6455-11.3.3-1', 'gives the accept value twice', doubles('Sec-WebSocket-Accept')],
  [
    '6455-4.2.2-16/a',
    'loses the octets that come with the handshake',
    { early: () => Buffer.of() },
    'silent',
  ],
  ['6455-4.2.2-16/b', 'sends no greeting', { isMute: ({ frames }) => frames === 0 }, 'silent'],
  ['6455-4.2.2-2', 'refuses in no other way than 403', answersWith(401, 403)],
  ['6455-4.2.2-3', 'does not redirect', answersWith(302, 403)],
  ['6455-4.2.2-4', 'lets no origin in', { admits: (origin) => origin === undefined }],
  ['6455-4.2.2-5', 'redirects whom it does not want', answersWith(403, 302)],
  ['6455-10.2-1/a', 'lets every origin in', { admits: () => true }],
  [
    '6455-10.2-1/b',
    'looks only how an origin begins',
    { admits: (origin = '') => origin.startsWith('http://app.example') },
  ],
  [
    '6455-10.2-1/c',
    'looks only how an origin ends',
    { admits: (origin = '') => origin.endsWith('app.example') },
  ],
  [
    '6455-10.2-1/d',
    'takes the origin null for none',
    { admits: (origin) => RIGHT.admits(origin === 'null' ? undefined : origin) },
  ],
  ['6455-10.2-2', 'refuses a foreign origin with 400', answersWith(403, 400)],
];

/** Faults with extensions. @see RFC 6455 §9 */
export const extensionFaults: readonly Row[] = [
  [
    '6455-4.2.2-10',
    'accepts an extension that was not offered',
    sets('Sec-WebSocket-Extensions', 'permessage-deflate, x-other'),
  ],
  [
    '6455-4.2.2-10',
    'accepts an extension twice',
    sets('Sec-WebSocket-Extensions', 'permessage-deflate, permessage-deflate'),
  ],
  [
    '6455-4.2.2-11',
    'names an extension to everybody',
    sets('Sec-WebSocket-Extensions', 'permessage-deflate'),
  ],
  [
    '6455-4.3-1/a',
    'does not know quoted parameters',
    refuses(EXTENSIONS, (values) => values.join().includes('"')),
  ],
  [
    '6455-4.3-1/b 6455-9-3 6455-9.1-2 6455-9.1-5',
    'accepts every extension as it was offered',
    ACCEPTS_ALL,
  ],
  ['6455-9-2', 'declines permessage-deflate', { isAcceptable: () => false }],
  [
    '6455-9-4',
    'answers with a parameter of its own',
    sets('Sec-WebSocket-Extensions', 'permessage-deflate; level=9'),
  ],
  ['6455-9-4', 'answers with a window that there is not', agrees(['server_max_window_bits', '16'])],
  [
    '6455-9.1-1/a 6455-9.1-1/b 6455-9.1-1/c 6455-9.1-1/d',
    'does not look at the grammar of extensions',
    ignores(EXTENSIONS),
  ],
  [
    '6455-9.1-3 6455-11.3.2-1',
    'takes offers in one line only',
    refuses(EXTENSIONS, (values) => values.length > 1),
  ],
  ['6455-9.1-5', 'accepts an offer with any parameter', acceptsOffer('foo')],
  ['6455-9.1-8', 'takes the last offer', { chooses: (offers) => offers.toReversed() }],
  ['6455-11.3.2-2', 'names its extensions twice', doubles('Sec-WebSocket-Extensions')],
];
