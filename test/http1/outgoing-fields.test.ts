import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { OutgoingFieldSection, type OutgoingFields } from '../../src/http1/outgoing-fields.ts';

describe('OutgoingFieldSection', () => {
  it('has the field lines in the order given', () => {
    const { lines } = new OutgoingFieldSection({ A: '1', b: ['2', '3'], c: [] });
    assert.equal(lines, 'A: 1\r\nb: 2\r\nb: 3\r\n');
  });

  it('has the value that it is given, whatever the last one of that name was', () => {
    const values = ['a', 'a', 'a', 'b', 'b', 'x'.repeat(257), 'x'.repeat(257), '', '', 'a'];
    for (const value of values) {
      assert.equal(new OutgoingFieldSection({ Same: value }).lines, `Same: ${value}\r\n`);
    }
  });

  it('keeps several Set-Cookie lines apart', () => {
    const { lines } = new OutgoingFieldSection({ 'Set-Cookie': ['a=1', 'b=2'] });
    assert.equal(lines, 'Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n');
  });

  it('takes out what the endpoint says itself', () => {
    const section = new OutgoingFieldSection({
      'Content-Length': '5',
      'Transfer-Encoding': 'chunked',
      Connection: 'close, keep-alive, , Foo',
      Date: 'today',
      Host: 'h',
      A: 'b',
    });
    assert.equal(section.lines, 'A: b\r\n');
    assert.equal(section.contentLength, 5);
    assert.equal(section.close, true);
    assert.equal(section.connection, 'Foo');
    assert.equal(section.date, 'today');
    assert.equal(section.host, 'h');
  });

  it('lists fields about the connection among its options, once', () => {
    const fields = { connection: 'upgrades', Upgrade: 'websocket', TE: 'trailers' };
    const section = new OutgoingFieldSection({ ...fields, Connection: 'upgrade, te' });
    assert.equal(section.lines, 'Upgrade: websocket\r\nTE: trailers\r\n');
    assert.equal(section.connection, 'upgrades, Upgrade, TE');
    assert.equal(section.upgrade, true);
  });

  it('takes a field named like a property of every object for a field', () => {
    const fields: [string, string][] = ['__proto__', 'constructor', 'toString'].map((name) => [
      name,
      'x',
    ]);
    assert.equal(
      new OutgoingFieldSection(fields).lines,
      '__proto__: x\r\nconstructor: x\r\ntoString: x\r\n',
    );
  });

  it('stays correct for more names than it remembers', () => {
    for (let i = 0; i < 600; i++) {
      assert.equal(new OutgoingFieldSection({ [`x-${i}`]: 'a' }).lines, `x-${i}: a\r\n`);
    }
    assert.throws(() => new OutgoingFieldSection({ 'x-a b': 'a' }), TypeError);
  });

  for (const [what, fields] of [
    ['an empty name', { '': 'a' }],
    ['a name with a colon', { 'a:': 'b' }],
    ['a name with a line end', { 'a\r\nb': 'c' }],
    ['a name that is no character of latin1', { ā: 'b' }],
    ['a value with CR', { a: 'b\rc' }],
    ['a value with LF', { a: 'b\nc' }],
    ['a value with NUL', { a: 'b\0c' }],
    ['a value with another control', { a: 'b\u007fc' }],
    ['a value that is no latin1', { a: '\u010a' }],
    ['a line end in one line of several', { 'Set-Cookie': ['a', 'b\r\nc'] }],
    ['a number for a value', { a: 1 }],
    ['nothing for a value', { a: undefined }],
    ['nothing for the value of a new field', { [`x-${Math.random()}`]: undefined }],
    ['a number for a name', [[1, 'a']]],
    ['a line end in Connection', { Connection: 'a\r\nb' }],
    ['a connection option that is no token', { Connection: 'a b' }],
    ['a length with a sign', { 'Content-Length': '+5' }],
    ['a length that is a list', { 'Content-Length': '5, 5' }],
    ['a length too large to count', { 'Content-Length': '9007199254740993' }],
    ['two lengths', { 'Content-Length': ['5', '6'] }],
    ['two dates', { Date: 'a', date: 'b' }],
    ['two hosts', { Host: 'a', host: 'a' }],
  ] as [string, unknown][]) {
    it(`H11: refuses ${what}`, () => {
      assert.throws(() => new OutgoingFieldSection(fields as OutgoingFields), TypeError);
    });
  }

  it('does not repeat a value that it refuses, which may be a secret', () => {
    assert.throws(
      () => new OutgoingFieldSection({ Authorization: 'hunter2\n' }),
      ({ message }: Error) => !message.includes('hunter2') && message.includes('Authorization'),
    );
  });

  it('H5: takes a length given twice for one', () => {
    const section = new OutgoingFieldSection({ 'Content-Length': ['5', '5'] });
    assert.equal(section.contentLength, 5);
    assert.equal(section.lines, '');
  });
});
