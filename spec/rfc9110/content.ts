/** Content, and what tells its length and coding. @see RFC 9110 §6.4, §8 */

import { gunzipSync } from 'node:zlib';
import {
  ask,
  converse,
  each,
  get,
  isPlain,
  judges,
  post,
  probe,
  reflect,
  responds,
  saw,
} from '../http-probe.ts';
import { fieldValue, type Response, summaryOf } from '../models/response.ts';
import { always, CONNECT, inspects } from '../occasions.ts';
import { finding, offer, type Probe } from '../probe.ts';

const HEAD = get().replace('GET', 'HEAD');

export const content: readonly Probe[] = [
  inspects(
    '9110-6.4.1-1',
    'sends no content with HEAD, 204 and 304: what follows is the next response',
    async ({ wire, response }) => {
      await wire.send(get().replace('{host}', 'localhost'));
      const next = await wire.readFinalResponse();
      return next.status === 200 ? undefined : `${response.status}, then ${summaryOf(next)}`;
    },
    [
      { name: 'HEAD', octets: reflect({ body: 'hello' }).replace('GET', 'HEAD'), method: 'HEAD' },
      { name: '204', octets: reflect({ status: 204, body: 'hello' }) },
      { name: '304', octets: reflect({ status: 304, body: 'hello' }) },
      { name: 'streamed 204', octets: reflect({ status: 204, stream: 2, body: 'hello' }) },
      { name: 'streamed 304', octets: reflect({ status: 304, stream: 2, body: 'hello' }) },
    ],
    { needs: 'reflector' },
  ),
  judges(
    '9110-8.4-1',
    'lists the content codings that it applies',
    get('Accept-Encoding: gzip'),
    (response, subject) => {
      const coding = fieldValue(response, 'content-encoding');
      const isAsItIs = coding === undefined && isPlain(subject, response.content);
      const isGzip = coding === 'gzip' && isPlain(subject, inflated(response.content));
      const received = `${summaryOf(response)}, Content-Encoding: ${coding}`;
      return finding(isAsItIs || isGzip, 'the content, or the same in gzip and said so', received);
    },
  ),
  probe(
    '9110-8.4-3',
    'may refuse a content coding that it does not know',
    'POST with Content-Encoding: foo',
    async (subject) => {
      const response = await ask(
        subject,
        post(['Content-Encoding: foo', 'Content-Length: 1'], 'a'),
      );
      return offer(response.status === 415, '415, or the content as it is', summaryOf(response));
    },
  ),
  probe(
    '9110-8.6-3',
    'gives HEAD the Content-Length of GET, or none',
    'GET and HEAD of the plain resource',
    async (subject) => {
      const [whole, head] = await converse(subject, get() + HEAD, 'GET', 'HEAD');
      const length = fieldValue(head!, 'content-length');
      const isSame = length === undefined || length === `${whole!.content.length}`;
      return finding(
        head!.status === 200 && isSame,
        'the same, or none',
        `Content-Length: ${length}`,
      );
    },
  ),
  judges(
    '9110-8.6-4',
    'gives 304 the Content-Length of the 200, or none',
    reflect({ status: 304, body: 'hello' }),
    (response) => {
      const length = fieldValue(response, 'content-length');
      const isSame = length === undefined || length === '5';
      return finding(response.status === 304 && isSame, '5, or none', `Content-Length: ${length}`);
    },
    { needs: 'reflector' },
  ),
  judges(
    '9110-8.6-5/b',
    'sends no Content-Length with 204, though the application asks for it',
    reflect({ status: 204, field: 'Content-Length: 5' }),
    (response) => {
      const length = fieldValue(response, 'content-length');
      return finding(
        response.status !== 0 && length === undefined,
        'none',
        `Content-Length: ${length}`,
      );
    },
    { needs: 'reflector' },
  ),
  inspects(
    '9110-8.6-6',
    'sends no Content-Length in a 2xx that answers CONNECT',
    always(
      (response) => !isSuccess(response) || fieldValue(response, 'content-length') === undefined,
    ),
    CONNECT,
  ),
  responds(
    '9110-8.6-7',
    'tells the length of content that it knows',
    get(),
    (response) => fieldValue(response, 'content-length') === '2',
  ),
  each(
    '9110-8.6-9',
    'never sends more or less than it has announced and goes on',
    [
      reflect({ length: 3, body: 'hello' }) + get(),
      reflect({ length: 9, body: 'hello' }) + get(),
      reflect({ length: 3, body: 'hello', stream: 2 }) + get(),
      reflect({ length: 9, body: 'hello', stream: 2 }) + get(),
    ],
    async (wire) => {
      const first = await wire.readFinalResponse();
      const second = await wire.readFinalResponse();
      const isCut =
        second.status === 0 &&
        wire.ending !== 'open' &&
        second.head === '' &&
        wire.waiting.length === 0;
      return saw(isCut || second.status === 200, first.status === 0 ? first : second);
    },
    { needs: 'reflector' },
  ),
];

/** The content without its coding; nothing when it is not in that coding. */
function inflated(content: Buffer): Buffer {
  try {
    return gunzipSync(content);
  } catch {
    return Buffer.from('no gzip');
  }
}

function isSuccess({ status }: Response): boolean {
  return status >= 200 && status < 300;
}
