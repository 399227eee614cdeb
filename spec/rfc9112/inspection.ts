/** What has to be true of every response that a server sends. @see RFC 9112 §2, §4 to §7, §9 */

import { fill, get, reflect } from '../http-probe.ts';
import { announcesClose, fieldList, fieldValue } from '../models/response.ts';
import { always, CONNECT, inspects, noFault, type Occasion, type Utterance } from '../occasions.ts';
import type { Probe } from '../probe.ts';

/** Line ends that an application was tricked into writing. */
const INJECTIONS: readonly Occasion[] = ['\r\n', '\n', '\r'].flatMap((end) => [
  { name: 'field value', octets: reflect({ field: `X-Value: a${end}X-Injected: 1` }) },
  { name: 'Location', octets: reflect({ status: 302, field: `Location: /a${end}X-Injected: 1` }) },
  { name: 'Set-Cookie', octets: reflect({ field: `Set-Cookie: a=b${end}X-Injected: 1` }) },
  { name: 'field name', octets: reflect({ field: `X-Name${end}X-Injected: 1` }) },
  { name: 'reason', octets: reflect({ reason: `Fine${end}X-Injected: 1` }) },
]);

const REFLECTIONS: readonly Occasion[] = [
  { name: 'stream', octets: reflect({ stream: 3, body: 'abcdef' }) },
  { name: 'empty stream', octets: reflect({ stream: 1, body: '' }) },
  { name: 'known length', octets: reflect({ body: 'abcdef' }) },
  { name: '205', octets: reflect({ status: 205, body: 'abcdef' }) },
  { name: '302', octets: reflect({ status: 302, field: 'Location: /' }) },
  { name: '500', octets: reflect({ status: 500, body: 'no' }) },
];

export const inspection: readonly Probe[] = [
  inspects('9112-2.2-3', 'sends no CR without LF in a head', noFault('9112-2.2-3')),
  inspects(
    '9112-2.2-3/b',
    'sends no CR without LF in a head, though the application writes one',
    noFault('9112-2.2-3'),
    INJECTIONS,
    { needs: 'reflector' },
  ),
  inspects('9112-2.2-8', 'sends nothing between status line and fields', noFault('9112-2.2-8')),
  inspects(
    '9112-2.3-4',
    'answers HTTP/1.1 with HTTP/1.1',
    always(({ version }, { minorVersion }) => version === 'HTTP/1.1' || minorVersion === 0),
  ),
  inspects('9112-4-1', 'sends a status line as the grammar has it', noFault('9112-4-1')),
  inspects('9112-5.2-1', 'folds no field line', noFault('9112-5.2-1')),
  inspects(
    '9112-6.1-2/b',
    'applies the chunked coding once',
    always((response) => fieldList(response, 'transfer-encoding').filter(isChunked).length < 2),
  ),
  inspects(
    '9112-6.1-4',
    'puts chunked behind any other coding, or closes at the end of the body',
    ({ response, isEndless }) => {
      const codings = fieldList(response, 'transfer-encoding');
      const isOpen = codings.length > 0 && !isChunked(codings.at(-1)!) && isEndless;
      return isOpen ? `${codings.join(', ')}, and no end` : undefined;
    },
  ),
  inspects(
    '9112-6.1-7/a',
    'sends no Transfer-Encoding with 1xx and 204',
    always((response) => {
      const isBodiless = response.status < 200 || response.status === 204;
      return !isBodiless || fieldValue(response, 'transfer-encoding') === undefined;
    }),
  ),
  inspects(
    '9112-6.1-8',
    'sends no Transfer-Encoding in a 2xx that answers CONNECT',
    always((response) => {
      const isTunnel = response.status >= 200 && response.status < 300;
      return !isTunnel || fieldValue(response, 'transfer-encoding') === undefined;
    }),
    CONNECT,
  ),
  inspects('9112-6.2-1/a', 'sends one framing field', noFault('9112-6.2-1')),
  inspects(
    '9112-6.3-14',
    'tells the length of a body by a framing field',
    always(({ framing }, { minorVersion }) => framing !== 'close' || minorVersion === 0),
  ),
  inspects(
    '9112-6.3-14/b',
    'tells the length of a body by a framing field, whatever the application does',
    always(({ framing }) => framing !== 'close'),
    REFLECTIONS,
    { needs: 'reflector' },
  ),
  inspects('9112-7.1-6/a', 'sends chunks as the grammar has them', noFault('9112-7.1-6')),
  inspects('9112-9.6-1', 'says close in a response behind which it closes', closesUnannounced),
  inspects(
    '9112-11.1-1',
    'lets no line end through that an application writes into a field or a reason',
    always((response) => fieldValue(response, 'x-injected') === undefined),
    INJECTIONS,
    { needs: 'reflector' },
  ),
  inspects(
    '9110-2.2-1/b',
    'sends what the grammar allows, whatever the application does',
    ({ response }) => response.faults.at(0)?.detail,
    [...REFLECTIONS, ...INJECTIONS],
    { needs: 'reflector' },
  ),
];

function isChunked(coding: string): boolean {
  return coding === 'chunked';
}

/** Whether the server closes behind a final response that did not say so. */
async function closesUnannounced(utterance: Utterance): Promise<string | undefined> {
  const { response, wire, subject } = utterance;
  if (response.status < 200 || announcesClose(response)) return undefined;
  await wire.send(fill(get(), subject));
  const next = await wire.readFinalResponse();
  const isClosed = next.status === 0 && wire.ending !== 'open';
  return isClosed ? `the end, behind ${response.status} without close` : undefined;
}
