/** Caching, and scripts from other sites. @see RFC 6202 §4.1, §5.6, §6 */

import { runInNewContext } from 'node:vm';
import { ask, probe, request } from '../http-probe.ts';
import { fieldValue, type Response, summaryOf } from '../models/response.ts';
import { finding, type Probe, type Subject } from '../probe.ts';
import { Held, newChannel, poll, publish, targetOf } from '../push-probe.ts';

/** What must not be taken for the name of a function. */
const NO_CALLBACKS: readonly string[] = [
  'alert(1)//',
  'a;b',
  '<script>',
  'a\n',
  'a[0]',
  ''.padEnd(200, 'a'),
];

/** What would end a script, or a line of one, if it were not escaped. */
const HOSTILE = '</script><script>alert(1)</script>\u2028\u2029<!--';

const TRANSPORTS = ['long-poll', 'stream', 'event-stream', 'jsonp'];

export const safety: readonly Probe[] = [
  probe(
    '6202-4.1-3',
    'answers a script element with a call of its function',
    'transport=jsonp&callback=f',
    async (subject) => {
      const { response, calls } = await script(subject, 'f', 'a');
      const holds = calls.length === 1 && JSON.stringify(calls[0]).includes('"data":"a"');
      return finding(
        holds,
        'f called with the event',
        `${summaryOf(response)}, ${calls.length} calls`,
      );
    },
    { needs: 'live' },
  ),
  probe(
    '6202-5.6-1',
    'lets nobody keep what it answers',
    TRANSPORTS.join(', '),
    async (subject) => {
      const seen = await Promise.all(
        TRANSPORTS.map(async (transport) => {
          const parameters = { transport, channel: newChannel(), wait: 0, callback: 'f' };
          const octets = request('GET', targetOf(subject.live!.path, parameters), REFERER);
          const { head } = await Held.open(subject, octets);
          const control = fieldValue(head, 'cache-control') ?? 'nothing';
          return /\bno-(?:cache|store)\b/.test(control) ? '' : `${transport}: ${control}`;
        }),
      );
      const wrong = seen.filter((what) => what !== '');
      return finding(wrong.length === 0, 'no-cache or no-store', wrong.join('; ') || 'each has it');
    },
    { needs: 'live' },
  ),
  probe(
    '6202-6-1/a',
    'takes nothing but a name for a callback',
    NO_CALLBACKS.map((name) => JSON.stringify(name)).join(' '),
    async (subject) => {
      const statuses = await Promise.all(
        NO_CALLBACKS.map(async (callback) => {
          const parameters = { transport: 'jsonp', callback, wait: 0, channel: newChannel() };
          const target = targetOf(subject.live!.path, parameters);
          return (await ask(subject, request('GET', target, REFERER))).status;
        }),
      );
      const holds = statuses.every((status) => status === 400);
      return finding(holds, '400 for each', statuses.join(', '));
    },
    { needs: 'live' },
  ),
  probe(
    '6202-6-1/b',
    'escapes what would end a script, and says that it is one',
    JSON.stringify(HOSTILE),
    async (subject) => {
      const { response, calls } = await script(subject, 'f', HOSTILE);
      const content = response.content.toString();
      const isEscaped = !/[<\u2028\u2029]/.test(content) && content.startsWith('/**/');
      const isWhole = JSON.stringify(calls).includes(JSON.stringify(HOSTILE).slice(1, -1));
      const type = fieldValue(response, 'content-type') ?? '';
      const isScript = /^(?:application|text)\/javascript\b/.test(type);
      const isSure = fieldValue(response, 'x-content-type-options') === 'nosniff';
      return finding(
        isEscaped && isWhole && isScript && isSure,
        'the text, escaped, as JavaScript with nosniff',
        `${type}, ${isSure ? 'nosniff' : 'no nosniff'}, ${content.slice(0, 200)}`,
      );
    },
    { needs: 'live' },
  ),
];

const REFERER = 'Referer: {scheme}://{host}/page';

/** Publishes a text, asks for it by a script, and runs that. */
async function script(subject: Subject, callback: string, text: string) {
  const channel = newChannel();
  const { next } = await poll(subject, subject.live!, { channel, wait: 0 });
  await publish(subject, subject.live!, channel, Buffer.from(text).toString('latin1'));
  const parameters = { transport: 'jsonp', callback, channel, cursor: next.cursor };
  const target = targetOf(subject.live!.path, parameters);
  const response: Response = await ask(subject, request('GET', target, REFERER));
  const calls: unknown[] = [];
  const called = (records: unknown) => calls.push(JSON.parse(JSON.stringify(records)));
  try {
    if (response.status === 200) {
      const { timeout } = subject;
      runInNewContext(response.content.toString(), { [callback]: called }, { timeout });
    }
  } catch {
    // A script that fails has called whom it has called until then.
  }
  return { response, calls };
}
