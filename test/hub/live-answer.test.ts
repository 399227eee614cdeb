import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { longPollFormat } from '../../src/comet/index.ts';
import type { OutgoingFields } from '../../src/http1/outgoing-fields.ts';
import type { OriginDecision } from '../../src/hub/admission.ts';
import type { Exchange } from '../../src/hub/exchange.ts';
import { fieldLines } from '../../src/hub/field-lines.ts';
import { LiveAnswer } from '../../src/hub/live-answer.ts';
import type { LiveTransport } from '../../src/hub/live-transport.ts';
import { LiveQuery } from '../../src/hub/query.ts';

describe('LiveAnswer', () => {
  it('has the same fields for all who come from nowhere, so that their heads are made once', () => {
    const fields = answerTo('long-poll').answer.fieldsOf(longPollFormat);
    assert.equal(answerTo('long-poll').answer.fieldsOf(longPollFormat), fields);
    assert.ok(Object.isFrozen(fields));
    assert.equal(new Map(Object.entries(fields)).get('vary'), 'Origin');
  });

  it('names the origin that may read, with the same fields for all who come from there', () => {
    const decision = { origin: 'https://app.example', credentials: true };
    const fieldsFor = (decision: OriginDecision) =>
      answerTo('long-poll', '', decision).answer.fieldsOf(longPollFormat);
    assert.deepEqual(allowed(fieldsFor(decision)), [decision.origin, 'true']);
    assert.equal(fieldsFor(decision), fieldsFor({ ...decision }));
    const other = { origin: 'https://other.example', credentials: true };
    assert.deepEqual(allowed(fieldsFor(other)), [other.origin, 'true']);
    assert.deepEqual(allowed(fieldsFor({ ...other, credentials: false })), [
      other.origin,
      undefined,
    ]);
    assert.deepEqual(allowed(fieldsFor({})), [undefined, undefined]);
    assert.equal(new Map(fieldLines(fieldsFor(decision))).get('content-type'), 'application/json');
  });

  it('calls nothing that is no callback', () => {
    assert.equal(answerTo('jsonp', 'callback=alert(1)').answer.formatOf('jsonp'), undefined);
    assert.equal(answerTo('jsonp').answer.formatOf('jsonp'), undefined);
    assert.ok(answerTo('jsonp', 'callback=f').answer.formatOf('jsonp'));
    const { answer, answered } = answerTo('jsonp', 'callback=alert(1)');
    answer.refuse(403, 'no');
    assert.equal(answered[0]![0], 403);
  });

  it('posts a frame to the page that is known to have asked alone', () => {
    const page = 'https://app.example';
    const { answer, answered } = answerTo('forever-frame', '', { page });
    answer.refuse(401, 'no');
    const [status, fields, content] = answered[0]!;
    assert.equal(status, 200);
    assert.match(String(content), /postMessage\(records, "https:\/\/app.example"\)/);
    assert.match(String(content), /"bye":\{"reason":"refused","status":401/);
    assert.match(JSON.stringify(fields), /frame-ancestors https:\/\/app.example/);
    const unknown = answerTo('forever-frame');
    unknown.answer.refuse(401, 'no');
    assert.match(String(unknown.answered[0]![2]), /postMessage\(records, location.origin\)/);
  });
});

// Helpers

/** What answers say about who may read them. */
function allowed(fields: OutgoingFields): unknown[] {
  const lines = new Map(fieldLines(fields));
  return ['origin', 'credentials'].map((name) => lines.get(`access-control-allow-${name}`));
}

type Answered = [status: number, fields: unknown, content: unknown];

function answerTo(transport: LiveTransport, query = '', decision: OriginDecision = {}) {
  const answered: Answered[] = [];
  const respond = (...answer: Answered): void => void answered.push(answer);
  const exchange = { respond } as Partial<Exchange> as Exchange;
  const asked = new LiveQuery(`/?${query}`, undefined);
  const answer = new LiveAnswer(exchange, decision, asked, transport, () => 'bm9uY2U');
  return { answer, answered };
}
