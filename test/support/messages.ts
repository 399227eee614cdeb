/**
 * Heads and bodies of HTTP/1.1 messages, made from the grammars of `spec/models`.
 *
 * @module
 */

import fc from 'fast-check';

import { choice, repeat, sequence } from '../../spec/models/grammar.ts';
import {
  absoluteForm,
  authorityForm,
  Connection,
  ContentLength,
  chunkExt,
  Expect,
  fieldLine,
  fieldValue,
  Host,
  originForm,
  reasonPhrase,
  TransferEncoding,
  token,
} from '../../spec/models/http-grammar.ts';
import { fromGrammar, textFromGrammar } from './from-grammar.ts';
import { ascii } from './octets.ts';

/** Request heads, most of which a server has to accept. */
export function anyRequestHead(): fc.Arbitrary<Buffer> {
  return fc
    .tuple(
      mostly(fc.constant(''), fc.constantFrom('\r\n', '\r\n\r\n')).map(ascii),
      anyMethod(),
      fromGrammar(choice(originForm, originForm, absoluteForm, '*')),
      anyVersion(),
      fc.array(mostly(fromGrammar(fieldLine), anyKnownFieldLine()), { maxLength: 4 }),
      rarely(
        fc.constant([]),
        fromGrammar(sequence('Host: ', Host)).map((line) => [line]),
      ),
      fc.array(mostly(anyKnownFieldLine(), fromGrammar(fieldLine)), { maxLength: 3 }),
    )
    .map(([empty, method, target, version, before, host, behind]) =>
      Buffer.concat([
        empty,
        ascii(`${method} `),
        target,
        ascii(` ${version}\r\n`),
        ...[...before, ...host, ...behind].flatMap(withCrlf),
        ascii('\r\n'),
      ]),
    );
}

/** What is made of the parts of Hosts, in any order. */
export function anyHostParts(): fc.Arbitrary<string> {
  const parts = ['1', 'ab12', ':', '::', '.', '1.2.3.4', '256.1.1.1', '[', ']', 'v1.', '%41', 'x'];
  const anyParts = fc.array(fc.constantFrom(...parts), { maxLength: 9 }).map((all) => all.join(''));
  return fc.oneof(
    anyParts,
    anyParts.map((address) => `[${address}]`),
  );
}

/** Hosts and what is almost one: a number, a length or a count that is at a bound or beyond it. */
export function anyAlmostHost(): fc.Arbitrary<string> {
  const name = fc.constantFrom('', 'a', 'a%4f', 'a%4', '%4', '%4Fb', 'a%4g', '%G4');
  const port = fc.constantFrom('', ':', ':80', ':1234', ':12345', ':65535', ':65536', ':99999');
  const number = fc.constantFrom('0', '9', '00', '99', '100', '199', '249', '255', '256', '260');
  const ipv4 = fc.array(number, { minLength: 4, maxLength: 4 }).map((each) => each.join('.'));
  const group = fc.constantFrom('1', 'ab12', 'FFFF', '12345');
  const groups = fc.array(fc.oneof({ weight: 9, arbitrary: fc.constant('1') }, group), {
    minLength: 0,
    maxLength: 9,
  });
  const ipv6 = fc.tuple(groups, fc.option(groups), fc.option(ipv4)).map(([left, right, last]) => {
    const ends = last === null ? [] : [last];
    if (right === null) return [...left, ...ends].join(':');
    return `${left.join(':')}::${[...right, ...ends].join(':')}`;
  });
  const host = fc.oneof(
    name,
    ipv4,
    ipv6.map((address) => `[${address}]`),
  );
  return fc.tuple(host, port).map((parts) => parts.join(''));
}

/** Request targets that a request may be sent with. */
export function anyTarget(): fc.Arbitrary<string> {
  return textFromGrammar(choice(originForm, absoluteForm, '*'));
}

/** Targets of CONNECT. */
export function anyAuthorityForm(): fc.Arbitrary<string> {
  return textFromGrammar(authorityForm);
}

/** Fields to send, none of which means anything to who receives them. */
export function anyFields(): fc.Arbitrary<[name: string, value: string][]> {
  const anyName = textFromGrammar(sequence('x-', token));
  return fc.array(fc.tuple(anyName, textFromGrammar(fieldValue)), { maxLength: 5 });
}

/** Reason phrases, none included. */
export function anyReason(): fc.Arbitrary<string> {
  return textFromGrammar(fieldValue);
}

/** Response heads, with folded lines among them. */
export function anyResponseHead(): fc.Arbitrary<Buffer> {
  return fc
    .tuple(
      anyVersion(),
      mostly(anyStatus(), fc.integer({ min: 600, max: 999 })),
      fromGrammar(choice(reasonPhrase, '')),
      fc.array(mostly(anyFoldedLine(), anyKnownFieldLine()), { maxLength: 5 }),
      fc.nat(9),
    )
    .map(([version, status, reason, lines, repeated]) =>
      Buffer.concat([
        ascii(`${version} ${status} `),
        reason,
        ascii('\r\n'),
        ...[...lines, ...lines.slice(repeated, repeated + 1)].flatMap(withCrlf),
        ascii('\r\n'),
      ]),
    );
}

/** Any status code, and more often those that say something about content, or are at a bound. */
function anyStatus(): fc.Arbitrary<number> {
  const telling = fc.constantFrom(100, 101, 199, 200, 204, 205, 299, 300, 304, 400);
  return fc.oneof(telling, fc.integer({ min: 100, max: 599 }));
}

/** Header or trailer sections. */
export function anySection(): fc.Arbitrary<Buffer> {
  return fc
    .array(fromGrammar(fieldLine), { maxLength: 5 })
    .map((lines) => Buffer.concat([...lines.flatMap(withCrlf), ascii('\r\n')]));
}

/** Chunked bodies, with extensions and trailers. */
export function anyChunkedBody(): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.array(anyChunk(), { maxLength: 4 }), anyChunkLine(0), anySection())
    .map(([chunks, last, trailers]) => Buffer.concat([...chunks, last, trailers]));
}

function anyChunk(): fc.Arbitrary<Buffer> {
  return fc
    .uint8Array({ minLength: 1, maxLength: 20 })
    .chain((content) =>
      anyChunkLine(content.length).map((line) => Buffer.concat([line, content, ascii('\r\n')])),
    );
}

function anyChunkLine(size: number): fc.Arbitrary<Buffer> {
  const anyZeros = mostly(fc.constant(''), fc.constantFrom('0', '000'));
  const anySize = rarely(
    fc.constantFrom('1fffffffffffff', '20000000000000', '10000000000000000'),
    fc.constantFrom(size.toString(16), size.toString(16).toUpperCase()),
  );
  const anyExt = mostly(fc.constant(Buffer.alloc(0)), fromGrammar(chunkExt));
  return fc
    .tuple(anyZeros, anySize, anyExt)
    .map(([zeros, digits, ext]) => Buffer.concat([ascii(zeros + digits), ext, ascii('\r\n')]));
}

function anyMethod(): fc.Arbitrary<string> {
  const known = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
  const unknown = ['get', 'GETS', 'PROPFIND', 'Q', 'M'.repeat(32), 'M'.repeat(33)];
  return rarely(fc.constantFrom(...unknown), fc.constantFrom(...known));
}

function anyVersion(): fc.Arbitrary<string> {
  const usual = fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2');
  return rarely(fc.constantFrom('HTTP/2.0', 'HTTP/0.9', 'http/1.1'), usual);
}

/** Lines of the fields that encke acts on, in any letters and with any whitespace around them. */
function anyKnownFieldLine(): fc.Arbitrary<Buffer> {
  const values = {
    connection: choice(
      Connection,
      'close',
      'keep-alive',
      'keep,close',
      'upgrade',
      'Upgrade, close',
    ),
    'content-length': choice(ContentLength, repeat('0', 0, 3)),
    'transfer-encoding': choice(
      'chunked',
      'gzip, chunked',
      'chunked;a=b',
      'gzip;a, chunked',
      TransferEncoding,
      sequence(TransferEncoding, ',chunked'),
    ),
    expect: choice('100-continue', '100-continue', Expect),
    upgrade: choice('websocket', token),
    host: Host,
  };
  const anyOf = Object.entries(values).map(([name, value]) =>
    fromGrammar(sequence(name, ':', choice(' ', '', '\t '), value, choice('', ' '))),
  );
  const upgrade = 'Connection: upgrade\r\nUpgrade: websocket';
  const conflict = 'Content-Length: 3\r\nTransfer-Encoding: chunked';
  return fc.oneof(...anyOf, fc.constantFrom(ascii(upgrade), ascii(conflict)));
}

/** A field line, folded or not. */
function anyFoldedLine(): fc.Arbitrary<Buffer> {
  const fold = fc.constantFrom('\r\n ', ' \r\n\t', '\r\n  \r\n ').map(ascii);
  return fc
    .tuple(fromGrammar(fieldLine), mostly(fc.constant(undefined), fold), fromGrammar(token))
    .map(([line, seam, more]) => (seam === undefined ? line : Buffer.concat([line, seam, more])));
}

function withCrlf(line: Buffer): Buffer[] {
  return [line, ascii('\r\n')];
}

/** One in twenty. */
function rarely<A, B>(other: fc.Arbitrary<A>, usual: fc.Arbitrary<B>): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: 19, arbitrary: usual }, { weight: 1, arbitrary: other });
}

/** Four in five. */
function mostly<A, B>(usual: fc.Arbitrary<A>, other: fc.Arbitrary<B>): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: other });
}
