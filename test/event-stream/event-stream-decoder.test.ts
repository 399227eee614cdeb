import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { readEventStream, type Told } from '../../spec/models/event-stream.ts';
import { EventStreamError } from '../../src/errors.ts';
import { encodeComment, encodeEvent } from '../../src/event-stream/encode-event.ts';
import {
  type EventStreamDecoderOptions,
  eventStreamDecoder,
} from '../../src/event-stream/event-stream-decoder.ts';
import {
  anyLineText,
  anyPiecesOf,
  anyStream,
  anyStreamText,
  anyTelling,
} from '../support/event-streams.ts';
import { law } from '../support/law.ts';

describe('eventStreamDecoder', () => {
  it('tells the events of the standard', () => {
    const stream =
      ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n';
    assert.deepEqual(decode([stream]), [
      ['last event ID', '1'],
      ['event', 'message', 'first event', '1'],
      ['last event ID', ''],
      ['event', 'message', 'second event', ''],
      ['event', 'message', ' third event', ''],
    ]);
    assert.deepEqual(decode(['data\n\ndata\ndata\n\ndata:']), [
      ['event', 'message', '', ''],
      ['event', 'message', '\n', ''],
    ]);
  });

  it('ends a line at its CR, and takes a LF behind it for a part of it', () => {
    const told = listening();
    const take = eventStreamDecoder(told.listener);
    take('data: a\r');
    take('\ndata: b\r');
    take('');
    take('\n\r');
    assert.deepEqual(told.told, [['event', 'message', 'a\nb', '']]);
    take('\n\n');
    take('data: c\n\n');
    assert.equal(told.told.length, 2);
  });

  it('takes one byte order mark off', () => {
    assert.deepEqual(decode(['', '\ufeff', 'data: a\n\n']), [['event', 'message', 'a', '']]);
    assert.deepEqual(decode(['\ufeff\ufeffdata: a\n\n']), []);
    assert.deepEqual(decode(['data: a\n\n', '\ufeffdata: b\n\n']), [['event', 'message', 'a', '']]);
  });

  it('goes on from the last event ID of another stream, and tells only what is new', () => {
    assert.deepEqual(decode(['data: a\n\nid: 1\n\nid: 1\0\ndata: b\n\n'], { lastEventId: '0' }), [
      ['event', 'message', 'a', '0'],
      ['last event ID', '1'],
      ['event', 'message', 'b', '1'],
    ]);
  });

  it('tells a reconnection time of nothing but digits, at once', () => {
    const lines = ['100', '', '1e3', '-1', '+1', '1 ', ' 1', '0x1', '\u0661', '007'];
    const stream = lines.map((value) => `retry:${value}\n`).join('');
    assert.deepEqual(decode([stream]), [
      ['reconnection time', 100],
      ['reconnection time', 1],
      ['reconnection time', 7],
    ]);
  });

  it('needs no listener for anything but events', () => {
    const events: string[] = [];
    const take = eventStreamDecoder({ event: (_, data) => events.push(data) });
    take('retry: 1\nid: 1\ndata: a\n\n');
    assert.deepEqual(events, ['a']);
  });

  it('bounds an event: its data, and the line that is coming', () => {
    const fits = 'data: 1234\ndata: 67890\n\n';
    assert.equal(decode([fits], { limit: 16 }).length, 1);
    assert.deepEqual(decode([fits], { limit: 15 }), [['fault']]);
    assert.deepEqual(decode([fits.repeat(9)], { limit: 16 }).length, 9);
    assert.deepEqual(decode([':'.repeat(17)], { limit: 16 }), [['fault']]);
    assert.throws(() => eventStreamDecoder(NOBODY, { limit: 1 })('xx'), {
      name: 'EventStreamError',
      code: 'EVENT_STREAM_LIMIT',
      section: 'HTML §17.6',
    });
  });

  it('bounds an event by 16 Mi characters unless told otherwise', () => {
    const take = eventStreamDecoder(NOBODY);
    take('x'.repeat(2 ** 24));
    assert.throws(() => take('x'), EventStreamError);
  });

  law(
    'eventStreamDecoder',
    'model',
    'for any text and any limit: tells what the model tells',
    fc.property(anyStreamText(), anyOptions(), (text, options) => {
      assert.deepEqual(decode([text], options), modelOf(text, options));
      assert.deepEqual(decode(Array.from(text), options), modelOf(text, options));
    }),
  );

  law(
    'eventStreamDecoder',
    'split',
    'for any text and any split of it: tells the same',
    fc.property(
      anyStreamText().chain((text) => fc.tuple(fc.constant(text), anyPiecesOf(text))),
      anyOptions(),
      ([text, pieces], options) => {
        assert.deepEqual(decode(pieces, options), decode([text], options));
      },
    ),
  );

  law(
    'eventStreamDecoder',
    'round trip',
    'for any events: tells what was encoded',
    fc.property(fc.array(anyEvent()), (events) => {
      const stream = events.map((event) => encodeComment() + encodeEvent(event)).join('');
      let lastEventId = '';
      const expected = events.flatMap(({ data, event, id, retry }): Told[] => {
        const told: Told[] = retry === undefined ? [] : [['reconnection time', retry]];
        if (id !== undefined && id !== lastEventId) told.push(['last event ID', id]);
        lastEventId = id ?? lastEventId;
        const text = data?.replace(/\r\n?/g, '\n');
        if (text !== undefined) told.push(['event', event || 'message', text, lastEventId]);
        return told;
      });
      assert.deepEqual(decode([stream]), expected);
    }),
  );

  law(
    'eventStreamDecoder',
    'prefix',
    'for any proper prefix of an event: tells no event',
    fc.property(anyEvent(), fc.nat(), (event, cut) => {
      const text = encodeEvent(event);
      const told = decode([text.slice(0, cut % text.length)]);
      assert.deepEqual(
        told.filter(([what]) => what !== 'reconnection time'),
        [],
      );
    }),
  );

  law(
    'eventStreamDecoder',
    'rest',
    'for any text behind a whole stream: tells what it tells alone, with the ID left by the stream',
    fc.property(anyStream(), anyTelling(), (stream, rest) => {
      fc.pre(stream !== '' && !rest.startsWith('\ufeff'));
      fc.pre(!(stream.endsWith('\r') && rest.startsWith('\n')));
      const told = decode([stream]);
      const lastEventId = told.findLast(([what]) => what === 'last event ID')?.[1] as string;
      assert.deepEqual(decode([stream + rest]), [...told, ...decode([rest], { lastEventId })]);
    }),
  );
});

// Helpers

const NOBODY = { event: () => undefined };

/** A listener that remembers what it was told. */
function listening() {
  const told: Told[] = [];
  return {
    told,
    listener: {
      event: (...event: [string, string, string]) => told.push(['event', ...event]),
      lastEventId: (id: string) => told.push(['last event ID', id]),
      reconnectionTime: (milliseconds: number) => told.push(['reconnection time', milliseconds]),
    },
  };
}

/** What is told of a stream that comes in these pieces, a fault included. */
function decode(pieces: readonly string[], options?: EventStreamDecoderOptions): Told[] {
  const { told, listener } = listening();
  const take = eventStreamDecoder(listener, options);
  try {
    for (const piece of pieces) take(piece);
  } catch (error) {
    assert.ok(error instanceof EventStreamError);
    told.push(['fault']);
  }
  return told;
}

function modelOf(text: string, { limit, lastEventId }: EventStreamDecoderOptions): Told[] {
  return readEventStream(text, limit, lastEventId);
}

/** Limits that some streams keep and some do not, and IDs to go on from. */
function anyOptions(): fc.Arbitrary<EventStreamDecoderOptions> {
  return fc.record({
    limit: fc.oneof(fc.constant(undefined), fc.nat(40)),
    lastEventId: fc.constantFrom(undefined, '', '7'),
  });
}

function anyEvent() {
  const optional = (value: fc.Arbitrary<string>) => fc.option(value, { nil: undefined });
  return fc.record({
    data: optional(fc.oneof(fc.string({ unit: 'binary' }), anyTelling())),
    event: optional(anyLineText()),
    id: optional(anyLineText().map((text) => text.replaceAll('\0', ''))),
    retry: fc.option(fc.nat(), { nil: undefined }),
  });
}
