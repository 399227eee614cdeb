/**
 * Upgrade, judged by way of the opening handshake of WebSocket. A subject that switches to no
 * protocol has nothing to be judged where the clause speaks about the 101.
 *
 * @see RFC 9110 §7.8, §15.2.2, §15.5.22
 */

import { ask, fill, get, judges, probe, request, responds } from '../http-probe.ts';
import { fieldList, fieldValue, type Response, summaryOf } from '../models/response.ts';
import { handshake, upgrading } from '../occasions.ts';
import { type Finding, finding, notApplicable, offer, type Probe, type Subject } from '../probe.ts';

const EXPECTANT = handshake('Expect: 100-continue');

export const upgrade: readonly Probe[] = [
  judges(
    '9110-7.8-2',
    'may ignore Upgrade',
    get('Upgrade: h2c', 'Connection: Upgrade'),
    (response) => {
      return offer(response.status === 200, '200 in HTTP/1.1, or a refusal', summaryOf(response));
    },
  ),
  switched(
    '9110-7.8-3',
    'compares the names of protocols without case',
    handshake().replace('websocket', 'WebSocket'),
    () => true,
  ),
  switched(
    '9110-7.8-4',
    'names the protocol in Upgrade when it switches',
    handshake(),
    (response) => fieldList(response, 'upgrade').includes('websocket'),
  ),
  switched(
    '9110-15.2.2-1',
    'sends Upgrade with 101',
    handshake(),
    (response) => fieldValue(response, 'upgrade') !== undefined,
  ),
  switched(
    '9110-7.8-11/a',
    'sends the upgrade option with Upgrade in a 101',
    handshake(),
    (response) => fieldList(response, 'connection').includes('upgrade'),
  ),
  stays('9110-7.8-11/b', 'takes Upgrade for nothing without the upgrade option', [
    handshake().replace('Connection: Upgrade\r\n', ''),
    handshake().replace('Connection: Upgrade', 'Connection: keep-alive'),
  ]),
  stays('9110-7.8-7', 'switches to no protocol that was not asked for', [
    handshake().replace('Upgrade: websocket\r\n', ''),
    handshake().replace('Upgrade: websocket', 'Upgrade: h2c'),
    handshake().replace('Upgrade: websocket', 'Upgrade: websocketx'),
  ]),
  stays('9110-7.8-10', 'does not switch with a request whose content or method would be lost', [
    `${handshake('Content-Length: 5')}hello`,
    `${handshake('Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`,
    handshake().replace('GET', 'POST'),
    `${handshake('Content-Length: 5').replace('GET', 'POST')}hello`,
  ]),
  stays(
    '9112-3.2-7/c',
    'asks for Host in a request to upgrade too',
    handshake().replace('Host: {host}\r\n', ''),
  ),
  stays('9110-7.8-12', 'ignores Upgrade in HTTP/1.0', handshake().replace('HTTP/1.1', 'HTTP/1.0')),
  stays('9110-15.2-1/b', 'sends no 101 to HTTP/1.0', handshake().replace('HTTP/1.1', 'HTTP/1.0')),
  probe(
    '9110-7.8-13',
    'sends the 100 that is expected before a 101',
    EXPECTANT,
    async (subject) => {
      const wire = await subject.connect();
      await wire.send(fill(EXPECTANT, subject));
      const first = await wire.readResponse();
      const second = first.status === 100 ? await wire.readResponse() : first;
      const expected = '100, then 101; or no switch';
      return finding(
        first.status !== 101 && first.status !== 0,
        expected,
        `${summaryOf(first)}, ${summaryOf(second)}`,
      );
    },
  ),
  required(
    '9110-7.8-8',
    'names the protocols to upgrade to in a 426',
    (response) =>
      fieldList(response, 'upgrade').includes('websocket') &&
      fieldList(response, 'connection').includes('upgrade'),
  ),
  required(
    '9110-15.5.22-1',
    'sends Upgrade with 426',
    (response) => fieldValue(response, 'upgrade') !== undefined,
  ),
  required('9110-7.8-11/c', 'sends the upgrade option with Upgrade in a 426', (response) =>
    fieldList(response, 'connection').includes('upgrade'),
  ),
];

/** A clause about 101: nothing to judge where the subject never sends one. */
function switched(
  id: string,
  title: string,
  octets: string,
  holds: (response: Response) => boolean,
): Probe {
  return probe(id, title, octets, async (subject) => {
    if (!(await switches(subject))) return notApplicable(title, 'it does not switch to websocket');
    const response = await ask(subject, octets);
    return finding(
      response.status === 101 && holds(response),
      title,
      response.head || summaryOf(response),
    );
  });
}

/** No 101 comes, but something does. */
function stays(id: string, title: string, octets: string | readonly string[]): Probe {
  return responds(id, title, octets, ({ status }) => status !== 101 && status !== 0);
}

/**
 * A clause about 426: nothing to judge where neither a wrong version nor a plain GET brings one.
 */
function required(id: string, title: string, holds: (response: Response) => boolean): Probe {
  const judge = async (subject: Subject): Promise<Finding> => {
    const responses = [
      await ask(subject, upgrading('12')),
      await ask(subject, request('GET', '/ws')),
    ];
    const refusals = responses.filter(({ status }) => status === 426);
    if (refusals.length === 0) return notApplicable(title, responses.map(summaryOf).join('; '));
    return finding(refusals.every(holds), title, refusals.map(({ head }) => head).join('\n'));
  };
  return probe(
    id,
    title,
    `a handshake of version 12; ${JSON.stringify(request('GET', '/ws'))}`,
    judge,
  );
}

async function switches(subject: Subject): Promise<boolean> {
  return (await ask(subject, handshake())).status === 101;
}
