/**
 * Text of octets that may be UTF-8: ours, both ways, the model, and what Node has for it.
 *
 * `node dist/bench/utf8.bench.js`
 *
 * @module
 */

import { isUtf8 } from 'node:buffer';

import { readUtf8 } from '../spec/models/utf8.ts';
import { decodeText, decodingByTranscoder, decodingNatively } from '../src/bytes/text.ts';
import { Utf8State, validateUtf8 } from '../src/bytes/utf8.ts';
import { begin, compare } from './micro.ts';

const TEXTS: Readonly<Record<string, string>> = {
  ASCII: 'A comet with the shortest period of all. ',
  French: 'Une comète à très courte période, passée en été. ',
  Russian: 'Комета с самым коротким периодом обращения. ',
  Japanese: '周期が最も短い彗星。',
  emoji: '☄️ 😀 🚀 ok ',
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const natively = decodingNatively(Buffer.prototype as never);
const byTranscoder = decodingByTranscoder(Buffer.prototype as never);

begin();
for (const [language, text] of Object.entries(TEXTS)) {
  for (const size of [125, 16_384]) {
    const octets = Buffer.from(text.repeat(Math.ceil(size / Buffer.byteLength(text))));
    const end = octets.length;
    const all = octets.reduce((ored, octet) => ored | octet);
    compare(`text of ${end} octets, ${language}`, {
      'encke, with what unmasking told': () => decodeText(octets, 0, end, all),
      'encke, by the decoder of V8': () => natively(octets, 0, end),
      'encke, by transcoding': () => byTranscoder(octets, 0, end),
      'the grammar (model)': () => readUtf8(octets),
      'TextDecoder, fatal': () => decoder.decode(octets),
      'isUtf8 and toString': () => isUtf8(octets) && octets.toString(),
    });
    compare(`validation of ${end} octets, ${language}`, {
      encke: () => validateUtf8(octets, 0, end, Utf8State.Character),
      'isUtf8 (native)': () => isUtf8(octets),
    });
  }
}
