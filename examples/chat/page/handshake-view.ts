import { byId, element } from '../../page/dom.ts';
import type { AcceptRecord, HeadRecord } from '../records.ts';
import { hexOf, latin1, octetsOf } from './octets.ts';

/** Why a line of the request is there. Lines without a note are there for other reasons. */
const REQUEST_NOTES: Readonly<Record<string, string>> = {
  'request line': 'To HTTP, a request like any other.',
  origin: 'Which page asks; the server may refuse it.',
  connection: 'Upgrade is meant for this hop alone.',
  upgrade: 'Would the server rather speak WebSocket?',
  'sec-websocket-version': 'The version of RFC 6455.',
  'sec-websocket-key': '16 random octets, new for every connection.',
  'sec-websocket-extensions': 'An offer to compress, void unless the answer takes it up.',
};

const RESPONSE_NOTES: Readonly<Record<string, string>> = {
  'status line': 'Agreed: after the empty line come frames.',
  'sec-websocket-accept': 'Made from the key, as shown below.',
};

/** The fields whose values the eye should find. */
const MARKED: Readonly<Record<string, string>> = {
  'sec-websocket-key': 'key-value',
  'sec-websocket-accept': 'accept-value',
};

/** Makes room for another handshake. */
export function clearHandshake(isRecorded: boolean): void {
  const note = isRecorded
    ? 'Connecting …'
    : 'This address is not the one this page proposed, so its octets can’t be recorded here. ' +
      'Leave the field empty and load the page again to have the proposal back.';
  byId('handshake').replaceChildren(element('p.empty', note));
}

/** Shows the request or the response of the opening handshake, as it was. */
export function showHead({ from, octets: hex }: HeadRecord): void {
  const octets = octetsOf(hex);
  const isRequest = from === 'client';
  byId('handshake').querySelector('.empty')?.remove();
  byId('handshake').append(
    element(
      `article.head.${from}`,
      element(
        'h3',
        element(`span.direction.${from}`, isRequest ? 'Request' : 'Response'),
        element('span.aside', isRequest ? 'this tab to the server' : 'the server to this tab'),
      ),
      element('ol.lines', ...headLines(latin1(octets), isRequest ? REQUEST_NOTES : RESPONSE_NOTES)),
      element(
        'details.dump',
        element('summary', `The same ${octets.length} octets in hex`),
        element('pre', dump(octets)),
      ),
    ),
  );
}

/** Shows how the accept value comes from the key. */
export function showAccept({ key, nonce, guid, digest, accept }: AcceptRecord): void {
  byId('handshake').append(
    element(
      'article.steps',
      element('h3', 'From the key to the accept value'),
      element(
        'ol',
        step('The key, as it came', element('code.key-value', key), spaced(nonce)),
        step(
          'The standard’s fixed string is put behind it',
          element('code', element('span.key-value', key), element('span.guid', guid)),
        ),
        step('SHA-1 of these 60 octets gives 20', spaced(digest)),
        step('Base64 of them is what the response says', element('code.accept-value', accept)),
      ),
      element(
        'p.note',
        'No secret: it only shows that whoever answered knows WebSocket, and that no cache ' +
          'answered in its place.',
      ),
    ),
  );
}

function headLines(head: string, notes: Readonly<Record<string, string>>): HTMLElement[] {
  return head
    .split('\r\n')
    .slice(0, -1)
    .map((line, index) => {
      if (line === '')
        return element(
          'li.line.noted',
          element('code', crlf()),
          element('span.note', 'An empty line ends the head.'),
        );
      if (index === 0) return noted(notes['request line'] ?? notes['status line'], line);
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).trimStart();
      const marked = MARKED[name];
      return noted(
        notes[name],
        element('span.name', line.slice(0, colon)),
        ': ',
        marked === undefined ? value : element(`span.${marked}`, value),
      );
    });
}

function noted(note: string | undefined, ...line: readonly (string | Node)[]): HTMLElement {
  return element(
    note === undefined ? 'li.line' : 'li.line.noted',
    element('code', ...line, crlf()),
    note === undefined ? undefined : element('span.note', note),
  );
}

function crlf(): HTMLElement {
  const mark = element('span.crlf', '\\r\\n');
  mark.title = 'CR LF, the two octets that end every line';
  return mark;
}

function step(title: string, ...content: readonly HTMLElement[]): HTMLElement {
  return element('li', element('span.title', title), ...content);
}

/** Octets in hex, each apart from the next. */
function spaced(hex: string): HTMLElement {
  return element('code.spaced', Array.from(octetsOf(hex), hexOf).join(' '));
}

/** Eight octets a line: where they stand, in hex, and as characters. */
function dump(octets: Uint8Array): string {
  let lines = '';
  for (let start = 0; start < octets.length; start += 8) {
    const row = octets.subarray(start, start + 8);
    const place = start.toString(16).padStart(4, '0');
    const characters = Array.from(row, (octet) =>
      octet > 0x20 && octet < 0x7f ? String.fromCharCode(octet) : octet === 0x20 ? ' ' : '·',
    );
    lines += `${place}  ${Array.from(row, hexOf).join(' ').padEnd(23)}  ${characters.join('')}\n`;
  }
  return lines;
}
