/**
 * Field lines: a whole section of them, and the octets of one value. Beside ours stand the models,
 * llhttp in C, and the regular expression of node:http.
 *
 * `node dist/bench/field-line.bench.js`
 *
 * @module
 */

import { validateHeaderValue } from 'node:http';

import { readSection } from '../spec/models/field-section.ts';
import { matches } from '../spec/models/grammar.ts';
import { fieldValue } from '../spec/models/http-grammar.ts';
import { read } from '../spec/models/reading.ts';
import { FIELD_CONTENT, skip } from '../src/bytes/ascii.ts';
import { latin1 } from '../src/bytes/latin1.ts';
import { FieldSectionDecoder } from '../src/http1/field-section.ts';
import { Llhttp } from './llhttp.ts';
import { requestHeads } from './load/request-heads.ts';
import { begin, compare } from './micro.ts';

const REQUEST_LINE = Buffer.from('GET / HTTP/1.1\r\n');

function decodeSection(octets: Buffer): number {
  const decoder = new FieldSectionDecoder(100);
  decoder.begin(0);
  decoder.decode(octets, 0, 0, octets.length);
  return decoder.take(octets, 0).size;
}

/** What `skip` does, in the plainest way. */
function skipByOne(octets: Uint8Array): number {
  let i = 0;
  while (i < octets.length && FIELD_CONTENT[octets[i]!] === 1) i++;
  return i;
}

const llhttp = new Llhttp();

begin();
const browser = requestHeads.browser.subarray(REQUEST_LINE.length);
const count = browser.toString('latin1').split('\r\n').length - 2;
compare(
  `${count} field lines of a browser: a line`,
  {
    encke: () => decodeSection(browser),
    'octet by octet (model)': () =>
      read(browser, (cursor) => readSection(cursor, { maxLines: 100 })),
    'llhttp, and a request line': () => {
      llhttp.begin();
      llhttp.parse(requestHeads.browser);
      return llhttp.heads;
    },
  },
  count,
);

for (const length of [12, 120]) {
  const octets = Buffer.alloc(length + 1, 'Mozilla/5.0 (X11; Linux x86_64) ');
  octets[length] = 0x0d;
  const text = octets.toString('latin1', 0, length - 1);
  compare(`the octets of a field value of ${length}`, {
    encke: () => skip(FIELD_CONTENT, octets, 0, octets.length),
    'one octet a turn': () => skipByOne(octets),
    'the grammar (model)': () => matches(fieldValue, text),
    'the expression of node:http': () => validateHeaderValue('a', latin1(octets, 0, length)),
  });
}
