/**
 * What is for an application to say: that it is busy, that it is asked too often, and that an event stream is
 * at an end, or elsewhere. A server lets it, or not.
 *
 * @see RFC 9110 §15.6.4, RFC 6585 §4, HTML §9.2.1
 */

import { ask, judges, probe, reflect } from '../http-probe.ts';
import { fieldValue, type Response, summaryOf } from '../models/response.ts';
import { finding, offer, type Probe } from '../probe.ts';
import type { Reflection } from '../reflector.ts';

const EVENT_STREAM = 'Accept: text/event-stream';
const REASON = 'You asked for this too often.';

export const applications: readonly Probe[] = [
  says('9110-15.6.4-1', 'says when a service is there again', {
    status: 503,
    field: 'Retry-After: 7',
    body: 'busy',
  }),
  says('6585-4-1', 'says that it is asked too often, and when to come back', {
    status: 429,
    field: 'Retry-After: 7',
    body: REASON,
  }),
  judges(
    '6585-4-2',
    'explains a 429',
    reflect({ status: 429, body: REASON }),
    (response) => {
      const holds = response.status === 429 && response.content.toString('latin1') === REASON;
      return finding(holds, `429 with ${JSON.stringify(REASON)}`, summaryOf(response));
    },
    { needs: 'reflector' },
  ),
  says('html-9.2.1-1', 'says that an event stream is at its end', { status: 204 }),
  says('html-9.2.1-2', 'says that an event stream is elsewhere', {
    status: 307,
    field: 'Location: /elsewhere',
  }),
];

/** The application says so, and its server says it to the client. */
function says(id: string, title: string, asked: Reflection): Probe {
  const octets = reflect(asked, ...(id.startsWith('html') ? [EVENT_STREAM] : []));
  const judge: Probe['judge'] = async (subject) => {
    const response = await ask(subject, octets);
    const [name, value] = asked.field === undefined ? [] : String(asked.field).split(': ');
    const isSaid = name === undefined || fieldValue(response, name) === value;
    return offer(response.status === asked.status && isSaid, describe(asked), heard(response));
  };
  return probe(id, title, octets, judge, { needs: 'reflector' });
}

function describe({ status, field }: Reflection): string {
  return field === undefined ? String(status) : `${status}, ${field}`;
}

function heard(response: Response): string {
  const fields = response.fields.map(({ name, value }) => `${name}: ${value}`);
  return `${summaryOf(response)}: ${fields.join(', ')}`;
}
