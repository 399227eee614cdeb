import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { readEventStream } from '../../spec/models/event-stream.ts';
import { eventStreamFormat } from '../../src/comet/event-stream-format.ts';
import { ackRecord, cursorRecord } from '../../src/comet/records.ts';
import { anyEntry, entryOf, recordOf } from '../support/entries.ts';

describe('eventStreamFormat', () => {
  it('writes an entry as a message with its id, the whole record on one line', () => {
    const entries = [entryOf('e.1-0', 'news', 'a\nb'), entryOf('e.1-1', 'news', 2)];
    assert.equal(
      Buffer.from(eventStreamFormat.entries.encode(entries)).toString(),
      'id: e.1-0\ndata: {"id":"e.1-0","channel":"news","data":"a\\nb"}\n\n' +
        'id: e.1-1\ndata: {"id":"e.1-1","channel":"news","data":2}\n\n',
    );
  });

  it('writes any other record as an event of another type, with its cursor if it has one', () => {
    assert.equal(
      Buffer.from(eventStreamFormat.record('{"cursor":"e.1-1"}', 'e.1-1')).toString(),
      'event: encke\nid: e.1-1\ndata: {"cursor":"e.1-1"}\n\n',
    );
    assert.equal(
      Buffer.from(eventStreamFormat.record('{"ack":1}')).toString(),
      'event: encke\ndata: {"ack":1}\n\n',
    );
  });

  it('says when to come back where the record does, but never at once', () => {
    for (const [retry, told] of [
      [5_000, 5_000],
      [0, 100],
    ] as const) {
      assert.equal(
        Buffer.from(eventStreamFormat.record('{"bye":{}}', undefined, retry)).toString(),
        `event: encke\nretry: ${told}\ndata: {"bye":{}}\n\n`,
      );
    }
  });

  it('begins with when to come back if the connection is cut', () => {
    assert.equal(Buffer.from(eventStreamFormat.prologue).toString(), 'retry: 2000\n\n');
  });

  it('for any entries and other records: a plain EventSource gets exactly the entries, with their ids', () => {
    const part = fc.oneof(
      fc.array(anyEntry()),
      fc.constantFrom(ackRecord(1), cursorRecord('e.9-9')),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const { prologue, entries, record } = eventStreamFormat;
        const stream = parts.map((part) =>
          typeof part === 'string' ? record(part) : entries.encode(part),
        );
        const told = readEventStream(Buffer.concat([prologue, ...stream]).toString());
        assert.deepEqual(
          told
            .filter(([what, type]) => what === 'event' && type === 'message')
            .map(([, , data, id]) => [JSON.parse(data as string), id]),
          parts.flatMap((part) =>
            typeof part === 'string' ? [] : part.map((entry) => [recordOf(entry), entry.id]),
          ),
        );
      }),
    );
  });
});
