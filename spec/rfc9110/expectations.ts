/** Expect: 100-continue, interim responses and early hints. @see RFC 9110 §10.1.1, RFC 8297 */

import { ask, each, fill, post, probe, reflect, saw } from '../http-probe.ts';
import { announcesClose, fieldValue, summaryOf } from '../models/response.ts';
import { finding, notApplicable, offer, type Probe, type Subject } from '../probe.ts';
import { UNABLE } from '../reflector.ts';

const EXPECTANT = post(['Content-Length: 5', 'Expect: 100-continue'], '');
const OLD = EXPECTANT.replace('HTTP/1.1', 'HTTP/1.0');
const HINTED = reflect({ early: '</style.css>; rel=preload', body: 'late' });

export const expectations: readonly Probe[] = [
  probe(
    '9110-10.1.1-6',
    'may refuse an expectation that it does not know',
    'POST with Expect: foo',
    async (subject) => {
      const response = await ask(subject, post(['Content-Length: 5', 'Expect: foo'], 'hello'));
      const expected = '417, or an answer that ignores it';
      if (response.status !== 417 && response.status !== 200)
        return finding(false, expected, summaryOf(response));
      return offer(response.status === 417, expected, summaryOf(response));
    },
  ),
  each('9110-10.1.1-7', 'ignores an expectation in HTTP/1.0', `${OLD}hello`, async (wire) => {
    const response = await wire.readResponse();
    return saw(response.status === 200 && response.content.toString() === 'hello', response);
  }),
  probe(
    '9110-10.1.1-8',
    'may leave the 100 out when the content has come already',
    `${EXPECTANT}hello`,
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(`${EXPECTANT}hello`, subject));
      const first = await wire.readResponse();
      const final = first.status === 100 ? await wire.readFinalResponse() : first;
      const expected = 'the content, with or without a 100 before it';
      if (final.content.toString() !== 'hello') return finding(false, expected, summaryOf(final));
      return offer(first.status !== 100, expected, summaryOf(first));
    },
  ),
  probe('9110-10.1.1-9', 'sends a final response behind its 100', EXPECTANT, async (subject) => {
    const wire = await subject.connect();
    await wire.send(fill(EXPECTANT, subject));
    const first = await wire.readResponse();
    await wire.send('hello');
    const final = first.status === 100 ? await wire.readResponse() : first;
    const isWhole = final.status === 200 && final.content.toString() === 'hello';
    return finding(
      isWhole,
      '100, then 200 with the content',
      `${summaryOf(first)}, ${summaryOf(final)}`,
    );
  }),
  probe(
    '9110-10.1.1-10',
    'tells in a response that comes before the content whether it will close',
    'POST of very large content with Expect: 100-continue',
    async (subject) => {
      const wire = await subject.connect();
      const octets = post([`Content-Length: ${'9'.repeat(15)}`, 'Expect: 100-continue'], '');
      await wire.send(fill(octets, subject));
      const response = await wire.readResponse();
      const expected = 'a final response with close, or 100';
      if (response.status === 100) return finding(true, expected, summaryOf(response));
      const isTold = response.status >= 400 && announcesClose(response) && (await wire.endsHere());
      return finding(isTold, expected, summaryOf(response));
    },
  ),
  each(
    '9110-10.1.1-11',
    'sends 100, or a final status, to a client that expects it',
    EXPECTANT,
    async (wire) => {
      const response = await wire.readResponse();
      return saw(response.status === 100 || response.status >= 400, response);
    },
  ),
  each(
    '9110-10.1.1-12',
    'does not wait for content before it sends 100',
    EXPECTANT,
    async (wire) => {
      const response = await wire.readResponse();
      return saw(response.status !== 0, response);
    },
  ),
];

export const interim: readonly Probe[] = [
  each('9110-15.2-1/a', 'sends no interim response to HTTP/1.0', `${OLD}hello`, async (wire) => {
    const response = await wire.readResponse();
    return saw(response.status >= 200, response);
  }),
  probe(
    '8297-2-1',
    'may send early hints before the final response',
    HINTED,
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(HINTED, subject));
      const first = await wire.readResponse();
      const expected = '103 with Link, then the final response';
      if (first.status !== 103) return offer(false, expected, summaryOf(first));
      const final = await wire.readFinalResponse();
      const holds = fieldValue(first, 'link') !== undefined && final.content.toString() === 'late';
      if (!holds) return finding(false, expected, `${first.head}; ${summaryOf(final)}`);
      return offer(true, expected, `${summaryOf(first)}, ${summaryOf(final)}`);
    },
    { needs: 'reflector' },
  ),
  probe(
    '8297-2-2',
    'sends no early hints to HTTP/1.0',
    HINTED.replace('HTTP/1.1', 'HTTP/1.0'),
    (subject) => judgeOldHints(subject),
    { needs: 'reflector' },
  ),
];

async function judgeOldHints(subject: Subject) {
  const wire = await subject.connect();
  await wire.send(fill(HINTED.replace('HTTP/1.1', 'HTTP/1.0'), subject));
  const response = await wire.readResponse();
  if (response.status === UNABLE) return notApplicable('early hints', 'the reflector sends none');
  return finding(response.status === 200, 'the final response at once', summaryOf(response));
}
