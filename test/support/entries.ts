import fc from 'fast-check';

import type { Entry } from '../../src/channel/entry.ts';

/** An entry as the log would hold it, with any data. */
export function entryOf(id: string, channel: string, data: unknown): Entry {
  const json = JSON.stringify({ id, channel, data });
  const record = json.replace(/[<\u2028\u2029]/g, (character) => UNSAFE[character]!);
  return { id, channel, record: Buffer.from(record) };
}

const UNSAFE: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** What has broken one format or another: ends of lines, of scripts and of comments, names. */
export const HOSTILE_TEXTS: readonly string[] = [
  'a\nb',
  'a\r\nb',
  'a\rb',
  'x\nevent: forged\ndata: y\n\n',
  'x\revent: forged\rdata: y\r\r',
  'id: 1\0',
  '\u2028alert(1)\u2029',
  '\ufeff',
  '</script><script>alert(1)</script>',
  '<!--<script>',
  ']]>',
  '*/alert(1)/*',
  '");alert(1)//',
  '\ud800',
  '__proto__',
  '',
];

/** Any entry: any JSON data, texts that break formats among them. */
export function anyEntry(): fc.Arbitrary<Entry> {
  const text = fc.oneof(
    fc.constantFrom(...HOSTILE_TEXTS),
    fc.string({ unit: 'binary' }),
    fc.string(),
  );
  const data = fc.oneof(text, fc.jsonValue());
  return fc
    .record({ ms: fc.nat(), seq: fc.nat(), channel: text, data })
    .map(({ ms, seq, channel, data }) => entryOf(`e0.${ms}-${seq}`, channel, data));
}

/** The record of an entry, as the client sees it. */
export function recordOf({ record }: Entry): unknown {
  return JSON.parse(Buffer.from(record).toString());
}
