/** Mutants of HTTP/1.1. @see RFC 9112 */

import { adds, drops, type Fault, hears } from './fault.ts';

export const rfc9112Faults: readonly Fault[] = [
  [
    '9112-3.2-7/a',
    'serves HTTP/1.1 without Host',
    hears(/^GET \/ HTTP\/1.1\r\n\r\n/, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
  ],
  ['9112-3.2-8', 'takes the second Host for the same', hears(/\r\nhost: ?.*(?=\r\n\r\n)/i, '')],
  ['9112-9.6-5', 'does not say close', drops('connection')],
  [
    '9112-6.2-1/a',
    'sends Transfer-Encoding beside Content-Length',
    adds('Transfer-Encoding: chunked'),
  ],
];
