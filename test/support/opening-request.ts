import { FieldList } from '../../src/http1/fields.ts';
import type { judgeOpeningHandshake } from '../../src/websocket/opening-handshake.ts';

/** The key of RFC 6455 §1.2. */
export const NONCE = 'dGhlIHNhbXBsZSBub25jZQ==';

/** A request as it is judged. */
export type OpeningRequestHead = Parameters<typeof judgeOpeningHandshake>[0];

/** The lines of each field, by its name. */
export type FieldLines = Readonly<Record<string, readonly string[]>>;

/** The opening handshake of RFC 6455 §1.2 with some fields' lines replaced. */
export function openingRequest(lines: FieldLines = {}): OpeningRequestHead {
  return {
    method: 'GET',
    target: '/chat',
    minorVersion: 1,
    fields: fieldsOf({
      host: ['server.example.com'],
      upgrade: ['websocket'],
      connection: ['keep-alive, Upgrade'],
      'sec-websocket-key': [NONCE],
      'sec-websocket-version': ['13'],
      ...lines,
    }),
    hasContent: false,
  };
}

/** A header section with these lines. */
export function fieldsOf(lines: FieldLines): FieldList {
  const list = Object.entries(lines).flatMap(([name, values]) =>
    values.map((value) => ({ name, value })),
  );
  return new FieldList(list);
}
