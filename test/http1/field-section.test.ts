import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { describe, it } from 'node:test';

import type { HttpFaultCode } from '../../src/errors.ts';
import { type FieldSection, FieldSectionDecoder } from '../../src/http1/field-section.ts';
import { faultOf } from '../support/decoding.ts';
import { ascii } from '../support/octets.ts';

describe('FieldSectionDecoder', () => {
  it('finds the field lines up to the empty line', () => {
    const wire = 'Host: a\r\nX-Empty:\r\nX-A:  b c\t\r\n\r\nrest';
    const decoder = decoderOf();
    assert.equal(decoder.ended, false);
    const index = decoder.decode(ascii(wire), 0, 0, wire.length);
    assert.equal(decoder.ended, true);
    assert.equal(wire.slice(index), 'rest');
    assert.deepEqual(
      [...decoder.take(ascii(wire), 0)],
      [
        ['host', 'a'],
        ['x-empty', ''],
        ['x-a', 'b c'],
      ],
    );
  });

  it('goes on where it stopped, in octets that have moved', () => {
    const wire = 'A: b\r\nC:d\r\n\r\n';
    const decoder = decoderOf();
    let read = 0;
    for (let end = 1; end <= wire.length; end++) {
      const position = end % 3;
      const octets = ascii('x'.repeat(position) + wire.slice(0, end));
      read = decoder.decode(octets, position, position + read, position + end) - position;
    }
    assert.equal(decoder.ended, true);
    assert.deepEqual(
      [...decoder.take(ascii(`..${wire}`), 2)],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    );
  });

  it('begins with another section, behind what comes before it', () => {
    const decoder = decoderOf();
    decoder.decode(ascii('A: b\r\n\r\n'), 0, 0, 8);
    const first = decoder.take(ascii('A: b\r\n\r\n'), 0);
    decoder.begin(6);
    assert.equal(decoder.ended, false);
    const wire = ascii('line\r\nC: d\r\nE: f\r\n\r\n');
    decoder.decode(wire, 0, 6, wire.length);
    assert.deepEqual(
      [...decoder.take(wire, 0)],
      [
        ['c', 'd'],
        ['e', 'f'],
      ],
    );
    assert.deepEqual([...first], [['a', 'b']]);
  });

  it('takes as many lines as it may, and refuses one more at its first octet', () => {
    assert.equal(sectionOf('A: b\r\nA: b\r\n\r\n', { maxLines: 2 }).size, 2);
    refusesAtLast('A: b\r\nA: b\r\nA', 'HTTP_FIELDS_LIMIT', { maxLines: 2 });
    refusesAtLast('A: b\r\nA: b\r\n:', 'HTTP_FIELD_NAME', { maxLines: 2 });
    refusesAtLast('A', 'HTTP_FIELDS_LIMIT', { maxLines: 0 });
  });

  it('unfolds folded lines when it is told to', () => {
    const fold = (wire: string) => [...sectionOf(wire, { unfolds: true })];
    assert.deepEqual(fold('A: b\r\n c\r\n\r\n'), [['a', 'b c']]);
    assert.deepEqual(fold('A: b \r\n\t c\r\n d\r\nE: f\r\n\r\n'), [
      ['a', 'b c d'],
      ['e', 'f'],
    ]);
    assert.deepEqual(fold('A:\r\n b\r\n\r\n'), [['a', 'b']]);
    assert.deepEqual(fold('A: b\r\n \r\n\r\n'), [['a', 'b']]);
    refusesAtLast(' ', 'HTTP_OBS_FOLD', { unfolds: true });
  });

  for (const [wire, fault] of [
    [':', 'HTTP_FIELD_NAME'],
    ['(', 'HTTP_FIELD_NAME'],
    ['\x7f', 'HTTP_FIELD_NAME'],
    ['\xe4', 'HTTP_FIELD_NAME'],
    ['X(', 'HTTP_FIELD_NAME'],
    ['X\r', 'HTTP_FIELD_NAME'],
    ['X\n', 'HTTP_BARE_LF'],
    ['\n', 'HTTP_BARE_LF'],
    ['\r\r', 'HTTP_BARE_CR'],
    ['X:\0', 'HTTP_FIELD_VALUE'],
    ['X: \x01', 'HTTP_FIELD_VALUE'],
    ['X: a\x7f', 'HTTP_FIELD_VALUE'],
    ['X: a\n', 'HTTP_BARE_LF'],
    ['X: a\rb', 'HTTP_BARE_CR'],
    ['X: \xe4\r\n\n', 'HTTP_BARE_LF'],
  ] satisfies [string, HttpFaultCode][]) {
    it(`refuses ${JSON.stringify(wire)} at its last octet, with ${fault}`, () => {
      refusesAtLast(wire, fault);
    });
  }

  for (const [wire, fault] of [
    ['Host ', 'HTTP_FIELD_NAME'],
    ['Content-Length\t', 'HTTP_FIELD_NAME'],
    [' ', 'HTTP_OBS_FOLD'],
    ['\t', 'HTTP_OBS_FOLD'],
    ['X: a\r\n ', 'HTTP_OBS_FOLD'],
    ['X: a\r\n\t', 'HTTP_OBS_FOLD'],
  ] satisfies [string, HttpFaultCode][]) {
    it(`H6: refuses the whitespace in ${JSON.stringify(wire)}, with ${fault}`, () => {
      refusesAtLast(wire, fault);
    });
  }
});

describe('FieldSection', () => {
  const section = sectionOf('Set-Cookie: a\r\nX: 1\r\nset-cookie: b\r\nXY: 2\r\n\r\n');

  it('joins the lines of one name', () => {
    assert.equal(section.get('set-cookie'), 'a, b');
    assert.equal(section.get('x'), '1');
    assert.equal(section.get('y'), undefined);
  });

  it('keeps the lines of one name apart, in order', () => {
    assert.deepEqual(section.all('set-cookie'), ['a', 'b']);
    assert.deepEqual(section.all('y'), []);
  });

  it('knows which names it has, and how many lines', () => {
    assert.equal(section.has('xy'), true);
    assert.equal(section.has('x-'), false);
    assert.equal(section.size, 4);
  });

  it('goes through all lines, in order', () => {
    assert.deepEqual(
      [...section].map(([name, value]) => `${name}=${value}`),
      ['set-cookie=a', 'x=1', 'set-cookie=b', 'xy=2'],
    );
  });

  it('does not take octets for letters that differ from them in one bit', () => {
    const odd = sectionOf('^: 1\r\n@a: 2\r\n\r\n'.replace('@', '`'));
    assert.deepEqual(
      [odd.has('~'), odd.has('^'), odd.has('@a'), odd.has('`a')],
      [false, true, false, true],
    );
  });

  it('H10: takes the names of what every object has for names like any other', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const odd = sectionOf(`${names.map((name) => `${name}: 1\r\n`).join('')}\r\n`);
    for (const name of names) {
      const lower = name.toLowerCase();
      assert.equal(odd.get(lower), '1');
      assert.deepEqual(odd.all(lower), ['1']);
      assert.equal(section.get(lower), undefined);
      assert.equal(section.has(lower), false);
      assert.deepEqual(section.all(lower), []);
    }
    assert.deepEqual(
      Array.from(odd, ([name]) => name),
      names.map((name) => name.toLowerCase()),
    );
  });

  it('H14: is as quick with names that collide as with others', () => {
    const lines = (nameOf: (i: number) => string) =>
      `${Array.from({ length: 10_000 }, (_, i) => `${nameOf(i)}: ${i}\r\n`).join('')}\r\n`;
    const wires = [lines((i) => `x-${i}`), lines((i) => `${2 ** 31 + i}`), lines(() => '0')];
    for (const wire of wires) {
      const begin = performance.now();
      const many = sectionOf(wire, { maxLines: 10_000 });
      assert.equal(many.get('none'), undefined);
      assert.equal(many.size, 10_000);
      assert.ok(performance.now() - begin < 1_000);
    }
  });
});

// Helpers

interface Options {
  readonly maxLines?: number;
  readonly unfolds?: boolean;
}

function decoderOf({ maxLines = 100, unfolds = false }: Options = {}): FieldSectionDecoder {
  const decoder = new FieldSectionDecoder(maxLines, { unfolds });
  decoder.begin(0);
  return decoder;
}

function sectionOf(wire: string, options?: Options): FieldSection {
  const decoder = decoderOf(options);
  decoder.decode(ascii(wire), 0, 0, wire.length);
  assert.equal(decoder.ended, true);
  return decoder.take(ascii(wire), 0);
}

function refusesAtLast(wire: string, fault: HttpFaultCode, options?: Options): void {
  const before = decoderOf(options);
  before.decode(ascii(wire), 0, 0, wire.length - 1);
  assert.equal(before.ended, false);
  assert.throws(() => decoderOf(options).decode(ascii(wire), 0, 0, wire.length), faultOf(fault));
}
