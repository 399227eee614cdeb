import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { formatReports, REPORT_FORMATS } from '../../../spec/report/formats.ts';
import type { Report } from '../../../spec/report/report.ts';
import { violationsOf } from '../../support/json-schema.ts';
import { HOSTILE, reportOf } from '../../support/reports.ts';

const OTHERS = [
  { probe: '9112-3-2', clause: '9112-3-2', verdict: 'departure', level: 'SHOULD' },
  { probe: '6455-9-4', clause: '6455-9-4', standard: 'rfc6455', verdict: 'not applicable' },
  { probe: '9110-9.1-2', clause: '9110-9.1-2', standard: 'rfc9110', verdict: 'inconclusive' },
  { probe: '9112-3.2-7', verdict: 'pass' },
] as const;

const ONE = reportOf([HOSTILE, ...OTHERS], { lacks: ['an echo'], obstacles: ['http: it hangs'] });
const TWO = reportOf([{ verdict: 'pass' }, { ...OTHERS[3], verdict: 'fail' }], {
  subject: { name: 'that', role: 'server' },
});

describe('formatReports', () => {
  for (const format of REPORT_FORMATS) {
    it(`writes ${format} of no result, of one subject, and of two`, () => {
      for (const reports of [[reportOf([])], [ONE], [ONE, TWO]]) {
        const text = formatReports(reports, format);
        assert.ok(text.endsWith('\n') && !text.includes('undefined'), text);
        for (const { results } of reports) {
          for (const { probe, verdict } of results) {
            if (verdict === 'fail') assert.ok(text.includes(probe), `${probe} is not there`);
          }
        }
      }
    });
  }

  it('writes text with the clause, what came, and the octets with their names', () => {
    const text = written('text', ONE);
    assert.match(text, /^it as a server: 5 probes in 1\.2 s, seed 7$/m);
    assert.match(text, /^FAIL 9112-3\.2-8: MUST, RFC 9112 §3\.2$/m);
    assert.match(text, /^ {2}clause: {3}Answers two lines of Host with 400$/m);
    assert.match(text, /→ {2}1 {2}ms {2}request line +"GET \/ HTTP\/1\.1\\r\\n" +47 45 54/);
    assert.match(text, /NOT JUDGED: http: it hangs/);
    assert.match(text, /70 octets/);
    assert.match(text, /^RFC 9112, HTTP\/1\.1 +1 +1 +0 +1 +0 +0 +0$/m);
    assert.match(
      text,
      /^it: NOT WHOLLY JUDGED, 1 fail, 1 departure, 1 inconclusive, 1 pass, 1 not/m,
    );
  });

  it('says once in the text that a subject is not there, and not of each probe', () => {
    const received = 'no connection: ECONNREFUSED';
    const gone = { verdict: 'inconclusive', received } as const;
    const other = { ...OTHERS[2], received: 'another reason' };
    const text = written(
      'text',
      reportOf([gone, gone, other], { obstacles: [`http: ${received}`] }),
    );
    assert.equal(text.split(received).length, 2);
    assert.match(text, /another reason/);
    assert.match(text, /3 inconclusive/);
  });

  it('writes two subjects side by side', () => {
    const text = formatReports([ONE, TWO], 'text');
    assert.match(text, /^9112-3\.2-8 +MUST +fail +pass$/m);
    assert.match(text, /^9112-3-2 +SHOULD +departure +–$/m);
    assert.match(
      formatReports([ONE, TWO], 'markdown'),
      /\| 9112-3\.2-7 \| MUST \| .* \| pass \| fail \|/,
    );
    assert.match(formatReports([ONE, TWO], 'html'), /Side by side: 4 probes/);
  });

  it('writes JSON as the schema says', () => {
    const schema = JSON.parse(readFileSync('docs/conformance.schema.json', 'utf8'));
    for (const reports of [[ONE], [ONE, TWO]]) {
      const value = JSON.parse(formatReports(reports, 'json'));
      assert.deepEqual(violationsOf(value, schema), []);
    }
    const value = JSON.parse(written('json', ONE));
    assert.equal(value.results[0].transcript[0][0].octets, '474554202f20485454502f312e310d0a0d0a');
    for (const wrong of [
      {},
      { ...value, version: 2 },
      { ...value, results: [{}] },
      { ...value, x: 1 },
    ]) {
      assert.notDeepEqual(violationsOf(wrong, schema), []);
    }
  });

  it('writes TAP that says what failed and what was left out', () => {
    const lines = written('tap', ONE).split('\n');
    assert.deepEqual(lines.slice(0, 3), ['TAP version 14', '1..5', '# http: it hangs']);
    assert.ok(lines.includes('not ok 1 - 9112-3.2-8 refuses two lines of Host'));
    assert.ok(lines.some((line) => /^not ok 2 .* # TODO departure from a SHOULD$/.test(line)));
    assert.ok(lines.some((line) => /^ok 3 .* # SKIP not applicable: /.test(line)));
    assert.ok(lines.includes('ok 5 - 9112-3.2-7 refuses two lines of Host'));
  });

  it('writes XML for build servers that is well-formed, whatever came', () => {
    const xml = written('junit', ONE);
    assert.match(xml, /<testsuites name="encke conform" tests="5" failures="1" time="1.234">/);
    assert.match(xml, /<failure message="expected 400, received &lt;script&gt;/);
    assert.match(xml, /<skipped message="not applicable: /);
    assert.doesNotMatch(xml, /\0|<script/);
    const tags = [...xml.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)];
    const open: string[] = [];
    for (const [, closes, name, isEmpty] of tags) {
      if (closes) assert.equal(open.pop(), name);
      else if (!isEmpty) open.push(name!);
    }
    assert.deepEqual(open, []);
  });

  it('writes a page that lets nothing in that came from a subject', () => {
    const html = written('html', ONE);
    assert.doesNotMatch(html, /<script|onclick|javascript:|src=|url\(|\0/);
    assert.match(html, /default-src 'none'; style-src 'sha256-/);
    assert.match(html, /&lt;script&gt;alert\(&quot;x&quot;\)/);
  });

  it('writes Markdown whose cells hold whatever came', () => {
    const row = written('markdown', ONE)
      .split('\n')
      .find((line) => line.startsWith('| 9112-3.2-8'))!;
    assert.equal(row.replaceAll('\\|', '').split('|').length, 8);
    assert.match(row, /\\<script\\>/);
  });
});

// Helpers

function written(format: Parameters<typeof formatReports>[1], report: Report): string {
  return formatReports([report], format);
}
