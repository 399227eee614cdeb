/** What a server of event streams answers when there is no room for another. @see HTML §17.6 */

import { probe, request } from '../http-probe.ts';
import { summaryOf } from '../models/response.ts';
import { finding, type Probe } from '../probe.ts';
import { Held, newChannel, targetOf } from '../push-probe.ts';

export const capacity: readonly Probe[] = [
  probe(
    'html-17.6-5',
    'answers with 5xx where it has no room for another stream',
    'a request of an event stream where there is no room',
    async (subject) => {
      const target = targetOf(subject.full!.path, { channel: newChannel() });
      const octets = request('GET', target, 'Accept: text/event-stream');
      const { head } = await Held.open(subject, octets);
      return finding(head.status >= 500 && head.status <= 599, '5xx', summaryOf(head));
    },
    { needs: 'full' },
  ),
];
