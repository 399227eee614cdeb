import fc from 'fast-check';

import { ascii } from './octets.ts';

/** A request as its parts. */
export interface AnyRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly connection: string | undefined;
  readonly content: AnyContent;
}

/** Content, and how it is delimited. */
export type AnyContent =
  | { readonly framing: 'none' }
  | { readonly framing: 'length'; readonly octets: Uint8Array }
  | {
      readonly framing: 'chunked';
      readonly chunks: readonly Uint8Array[];
      readonly trailer: string | undefined;
    };

const NOTHING = new Uint8Array(0);

/** Content of a request or a response with every framing, some of it empty. */
export function anyContent(): fc.Arbitrary<AnyContent> {
  return fc.oneof(
    fc.constant({ framing: 'none' } as const),
    fc.record({ framing: fc.constant('length' as const), octets: fc.uint8Array() }),
    fc.record({
      framing: fc.constant('chunked' as const),
      chunks: fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })),
      trailer: fc.option(fc.constantFrom('a', 'b c'), { nil: undefined }),
    }),
  );
}

/** Requests that a server takes, or refuses for what they ask. */
export function anyRequest(): fc.Arbitrary<AnyRequest> {
  return fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE', 'TRACE'),
    target: fc.constantFrom('/', '/a?b', 'http://h/a', 'https://h/', '*'),
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2'),
    connection: fc.constantFrom(undefined, undefined, 'keep-alive', 'close', 'upgrade'),
    content: anyContent(),
  });
}

/** The content's octets, without any framing. */
export function octetsOf(content: AnyContent): Uint8Array {
  if (content.framing === 'none') return NOTHING;
  return content.framing === 'length' ? content.octets : Buffer.concat(content.chunks);
}

/** A request as its octets. */
export function encodeRequest(request: AnyRequest): Buffer {
  const { method, target, version, connection, content } = request;
  const head = `${method} ${target} ${version}\r\nHost: h\r\n${connection === undefined ? '' : `Connection: ${connection}\r\n`}`;
  const upgrade = connection === 'upgrade' ? 'Upgrade: a\r\n' : '';
  return Buffer.concat([ascii(head + upgrade), encodeContent(content)]);
}

/** The field line that frames the content, the empty line, and the content as it is framed. */
export function encodeContent(content: AnyContent): Buffer {
  switch (content.framing) {
    case 'none':
      return ascii('\r\n');
    case 'length':
      return Buffer.concat([
        ascii(`Content-Length: ${content.octets.length}\r\n\r\n`),
        content.octets,
      ]);
    case 'chunked':
      return Buffer.concat([
        ascii('Transfer-Encoding: chunked\r\n\r\n'),
        ...content.chunks.flatMap((chunk) => [
          ascii(`${chunk.length.toString(16)}\r\n`),
          chunk,
          ascii('\r\n'),
        ]),
        ascii(`0\r\n${content.trailer === undefined ? '' : `X: ${content.trailer}\r\n`}\r\n`),
      ]);
  }
}

/** What stands in HTTP/1.1 for more than itself, and what only looks like it. */
const TELLING = ['\r\n', '\r', '\n', ' ', ':', '0', 'f', '\u0000', 'é', 'GET / HTTP/1.1\r\n'];

/**
 * The same octets, with a few of them changed, left out or added: mostly invalid, never far from
 * valid.
 */
export function nearly(octets: Uint8Array): fc.Arbitrary<Buffer> {
  const change = fc.record({
    place: fc.nat(octets.length),
    left: fc.nat(2),
    added: fc.constantFrom('', ...TELLING),
  });
  return fc.array(change, { maxLength: 2 }).map((changes) => {
    let changed = Buffer.from(octets);
    for (const { place, left, added } of changes) {
      changed = Buffer.concat([
        changed.subarray(0, place),
        ascii(added),
        changed.subarray(place + left),
      ]);
    }
    return changed;
  });
}
