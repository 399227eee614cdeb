/** Servers that say the wrong things to pages from elsewhere. @see Fetch §3.3 */

import { adds, answers, drops, type Fault, hears, response, says } from './fault.ts';

const ALLOW_ORIGIN = 'access-control-allow-origin';
const FORBIDDEN = response('403 Forbidden', 'no');

export const corsFaults: readonly Fault[] = [
  [
    'fetch-2.2.2-2',
    'takes what a page from elsewhere sends',
    hears('Origin: https://evil.example\r\n', ''),
  ],
  [
    'fetch-3.2-2',
    'takes an origin with a path',
    hears('https://listed.example/\r', 'https://listed.example\r'),
  ],
  ['fetch-3.2-3', 'compares the end of an origin', hears('//sub.listed', '//listed')],
  [
    'fetch-3.2-4',
    'trusts the origin null',
    hears('Origin: null', 'Origin: https://listed.example'),
  ],
  ['fetch-3.3.2-1', 'refuses its own page', answers(/Origin: http:\/\/127/, FORBIDDEN)],
  [
    'fetch-3.3.2-2',
    'takes OPTIONS with an origin for a preflight',
    hears(/(Origin: .*\r\n)(?=\r\n$)/, '$1Access-Control-Request-Method: POST\r\n'),
  ],
  ['fetch-3.3.3-1', 'shares no errors', drops(ALLOW_ORIGIN, '4..')],
  [
    'fetch-3.3.3-2',
    'says two origins',
    says(/^(access-control-allow-origin: .*)/gim, '$1, https://other.example'),
  ],
  [
    'fetch-3.3.3-3',
    'allows credentials by the word yes',
    says(/^(access-control-allow-credentials: )true/gim, '$1yes'),
  ],
  ['fetch-3.3.3-4', 'says false of credentials', adds('Access-Control-Allow-Credentials: false')],
  ['fetch-3.3.3-5', 'lists no DELETE', says(/\bDELETE\b/, 'PUT')],
  ['fetch-3.3.3-6/a', 'lists no Last-Event-ID', says(/,? *last-event-id/i, '')],
  ['fetch-3.3.3-6/b', 'lists no Authorization', says(/,? *authorization/i, '')],
  [
    'fetch-3.3.3-7',
    'does not say how long a preflight may be kept',
    drops('access-control-max-age'),
  ],
  ['fetch-3.3.3-8', 'lets pages read fields', adds('Access-Control-Expose-Headers: Date')],
  [
    'fetch-3.3.3-9',
    'answers a preflight with 401',
    answers(/^OPTIONS /, response('401 Unauthorized', 'who?')),
  ],
  [
    'fetch-3.3.3-10',
    'looks for the session of a preflight',
    answers(/^OPTIONS \S*session=/, FORBIDDEN),
  ],
  ['fetch-3.3.3-11', 'shares no errors', drops(ALLOW_ORIGIN, '4..')],
  ['fetch-3.3.3-12', 'refuses other origins with 400', says(/^HTTP\/1.1 403 /, 'HTTP/1.1 400 ')],
  [
    'fetch-3.3.4-1',
    'says seconds with their unit',
    says(/^(access-control-max-age: \d+)/im, '$1s'),
  ],
  [
    'fetch-3.3.4-1',
    'says methods without commas',
    says(/^access-control-allow-methods: .*/im, 'Access-Control-Allow-Methods: GET POST'),
  ],
  [
    'fetch-3.3.5-1',
    'says * where it allows credentials',
    says(/^(access-control-allow-origin: ).*/gim, '$1*'),
  ],
  [
    'fetch-3.3.5-2',
    'allows all methods where it allows credentials',
    says(/^(access-control-allow-methods: ).*/gim, '$1*'),
  ],
  [
    'fetch-3.3.5-3',
    'allows credentials to whoever asks',
    adds(
      'Access-Control-Allow-Origin: https://evil.example\r\nAccess-Control-Allow-Credentials: true',
    ),
  ],
  [
    'fetch-3.3.7-1',
    'takes application/csp-report from elsewhere',
    hears(/Origin: .*\r\n(?=Content-Type: application\/csp-report)/, ''),
  ],
  [
    'fetch-bg-safe-1',
    'is open to all',
    { ...hears(/Origin: .*\r\n/, ''), ...adds('Access-Control-Allow-Origin: *') },
  ],
  ['fetch-bg-caches-1', 'does not tell caches of origins', drops('vary', '403')],
  [
    'fetch-bg-caches-2',
    'says that it is open only to those who ask',
    {
      says: (octets, heard) =>
        /^Origin:/m.test(heard)
          ? octets
          : octets.replace(/^access-control-allow-origin:.*\r\n/im, ''),
    },
  ],
  [
    'fetch-websockets-1',
    'does not look at the origin of a handshake',
    hears('Origin: https://evil.example\r\n', ''),
  ],
  [
    '6454-5-1',
    'does not look at the scheme of an origin',
    hears('Origin: http://listed', 'Origin: https://listed'),
  ],
  [
    '6454-6.2-1',
    'does not know an origin without its port',
    answers(/Origin: https:\/\/listed.example\r/, FORBIDDEN),
  ],
];
