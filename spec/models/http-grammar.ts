/**
 * The rules of RFC 9112, RFC 9110 and RFC 3986 that a server needs, under the names they have there.
 *
 * Where encke asks for less or more than a rule does, its comment says so.
 *
 * @module
 */

import {
  choice,
  exactly,
  named,
  oneOf,
  optional,
  type Rule,
  range,
  repeat,
  sequence,
} from './grammar.ts';

// RFC 5234 §B.1, core rules

export const ALPHA: Rule = choice(range(0x41, 0x5a), range(0x61, 0x7a));
export const DIGIT: Rule = range(0x30, 0x39);
export const HEXDIG: Rule = oneOf('0123456789ABCDEFabcdef');
export const SP: Rule = oneOf(' ');
export const HTAB: Rule = oneOf('\t');
export const CRLF: Rule = exactly('\r\n');
export const DQUOTE: Rule = oneOf('"');
export const VCHAR: Rule = range(0x21, 0x7e);

// RFC 9110 §5.6, common rules for field values

export const OWS: Rule = repeat(choice(SP, HTAB));
export const RWS: Rule = repeat(choice(SP, HTAB), 1);
export const BWS: Rule = OWS;
export const obsText: Rule = range(0x80, 0xff);
export const tchar: Rule = choice(oneOf("!#$%&'*+-.^_`|~"), DIGIT, ALPHA);
export const token: Rule = repeat(tchar, 1);
export const qdtext: Rule = choice(
  HTAB,
  SP,
  oneOf('!'),
  range(0x23, 0x5b),
  range(0x5d, 0x7e),
  obsText,
);
export const quotedPair: Rule = sequence(oneOf('\\'), choice(HTAB, SP, VCHAR, obsText));
export const quotedString: Rule = sequence(DQUOTE, repeat(choice(qdtext, quotedPair)), DQUOTE);

/** `#element`, as a recipient has to take it: with empty elements. @see RFC 9110 §5.6.1.2 */
export function list(element: Rule): Rule {
  return sequence(optional(element), repeat(sequence(OWS, ',', OWS, optional(element))));
}

/** A field value, which has no whitespace around it, in the whitespace that may be around it. */
export function inWhitespace(value: Rule): Rule {
  return sequence(OWS, value, OWS);
}

// RFC 9110 §5.5 and RFC 9112 §5, field lines

export const fieldVchar: Rule = choice(VCHAR, obsText);
export const fieldContent: Rule = sequence(
  fieldVchar,
  optional(sequence(repeat(choice(SP, HTAB, fieldVchar), 1), fieldVchar)),
);
export const fieldValue: Rule = repeat(fieldContent);
export const fieldName: Rule = token;
export const fieldLine: Rule = sequence(
  named('field-name', fieldName),
  ':',
  OWS,
  named('field-value', fieldValue),
  OWS,
);
/** A header or trailer section with the empty line behind it. */
export const section: Rule = sequence(repeat(sequence(fieldLine, CRLF)), CRLF);

// RFC 3986, URIs

export const unreserved: Rule = choice(ALPHA, DIGIT, oneOf('-._~'));
export const pctEncoded: Rule = sequence('%', HEXDIG, HEXDIG);
/** RFC 3986's has a comma too. In a Host it would be the seam of two Host lines joined into one. */
export const subDelims: Rule = oneOf("!$&'()*+;=");
export const regName: Rule = repeat(choice(unreserved, pctEncoded, subDelims));
export const decOctet: Rule = choice(
  DIGIT,
  sequence(range(0x31, 0x39), DIGIT),
  sequence('1', DIGIT, DIGIT),
  sequence('2', range(0x30, 0x34), DIGIT),
  sequence('25', range(0x30, 0x35)),
);
export const IPv4address: Rule = sequence(decOctet, '.', decOctet, '.', decOctet, '.', decOctet);
export const h16: Rule = repeat(HEXDIG, 1, 4);
export const ls32: Rule = choice(sequence(h16, ':', h16), IPv4address);
const h16Colon = sequence(h16, ':');
export const IPv6address: Rule = choice(
  sequence(repeat(h16Colon, 6, 6), ls32),
  sequence('::', repeat(h16Colon, 5, 5), ls32),
  sequence(upToColon(0), '::', repeat(h16Colon, 4, 4), ls32),
  sequence(upToColon(1), '::', repeat(h16Colon, 3, 3), ls32),
  sequence(upToColon(2), '::', repeat(h16Colon, 2, 2), ls32),
  sequence(upToColon(3), '::', h16Colon, ls32),
  sequence(upToColon(4), '::', ls32),
  sequence(upToColon(5), '::', h16),
  sequence(upToColon(6), '::'),
);
export const IPvFuture: Rule = sequence(
  'v',
  repeat(HEXDIG, 1),
  '.',
  repeat(choice(unreserved, subDelims, ':'), 1),
);
export const IPLiteral: Rule = sequence('[', choice(IPv6address, IPvFuture), ']');
export const uriHost: Rule = choice(IPLiteral, IPv4address, regName);
/** RFC 3986's has no bound. TCP's ports do: above 65,535 there is nothing to reach. */
export const port: Rule = sequence(repeat('0'), optional(upTo65535()));

/** `[ *count( h16 ":" ) h16 ]` */
function upToColon(count: number): Rule {
  return optional(sequence(repeat(h16Colon, 0, count), h16));
}

/** A number from 1 to 65,535, without zeros before it. */
function upTo65535(): Rule {
  const nonZero = range(0x31, 0x39);
  return choice(
    sequence(nonZero, repeat(DIGIT, 0, 3)),
    sequence(range(0x31, 0x35), repeat(DIGIT, 4, 4)),
    sequence('6', range(0x30, 0x34), repeat(DIGIT, 3, 3)),
    sequence('65', range(0x30, 0x34), repeat(DIGIT, 2, 2)),
    sequence('655', range(0x30, 0x32), DIGIT),
    sequence('6553', range(0x30, 0x35)),
  );
}

// RFC 9110 §7.2 and RFC 9112 §3, whom a request is for

export const Host: Rule = sequence(
  named('uri-host', uriHost),
  optional(sequence(':', named('port', port))),
);

/**
 * RFC 3986's is `unreserved / pct-encoded / sub-delims / ":" / "@"`. Here it is what browsers leave as
 * it is, a lone `%` and all: the set of WHATWG URL's query percent-encoding, turned round.
 */
export const pchar: Rule = choice(unreserved, subDelims, oneOf(',:@%[]\\^`{|}'));
export const segment: Rule = repeat(pchar);
export const query: Rule = repeat(choice(pchar, '/', '?'));
export const absolutePath: Rule = repeat(sequence('/', segment), 1);
export const originForm: Rule = named(
  'path',
  sequence(absolutePath, optional(sequence('?', query))),
);
/** An http or https URI, whose host is not empty and which has no userinfo. @see RFC 9110 §4.2 */
export const absoluteForm: Rule = sequence(
  named('scheme', choice('http', 'https')),
  '://',
  named('authority', Host),
  named('path', sequence(repeat(sequence('/', segment)), optional(sequence('?', query)))),
);
export const authorityForm: Rule = named(
  'authority',
  sequence(named('uri-host', uriHost), ':', named('port', port)),
);
export const asteriskForm: Rule = '*';

export const method: Rule = token;
export const HTTPVersion: Rule = sequence(exactly('HTTP'), '/', DIGIT, '.', DIGIT);
export const requestLine: Rule = sequence(
  named('method', method),
  SP,
  named('request-target', repeat(choice(pchar, '/', '?'), 1)),
  SP,
  named('HTTP-version', HTTPVersion),
);
export const requestHead: Rule = sequence(repeat(CRLF), requestLine, CRLF, section);

// RFC 9112 §4 and §5.2, responses

export const reasonPhrase: Rule = repeat(choice(HTAB, SP, VCHAR, obsText), 1);
export const statusLine: Rule = sequence(
  named('HTTP-version', HTTPVersion),
  SP,
  named('status-code', repeat(DIGIT, 3, 3)),
  SP,
  named('reason-phrase', optional(reasonPhrase)),
);
export const obsFold: Rule = sequence(OWS, CRLF, RWS);

// RFC 9112 §6 and §7, message bodies

export const ContentLength: Rule = repeat(DIGIT, 1);
export const transferParameter: Rule = sequence(token, BWS, '=', BWS, choice(token, quotedString));
export const transferCoding: Rule = sequence(
  named('coding', token),
  named('parameters', repeat(sequence(OWS, ';', OWS, transferParameter))),
);
export const TransferEncoding: Rule = list(transferCoding);
export const chunkSize: Rule = repeat(HEXDIG, 1);
export const chunkExt: Rule = repeat(
  sequence(BWS, ';', BWS, token, optional(sequence(BWS, '=', BWS, choice(token, quotedString)))),
);
export const chunkLine: Rule = sequence(
  named('chunk-size', chunkSize),
  named('chunk-ext', chunkExt),
  CRLF,
);

// RFC 9110 §7.6.1, §7.8 and §10.1.1, and RFC 6455 §9.1: lists

export const Connection: Rule = list(named('token', token));
export const tokenList: Rule = Connection;
export const expectation: Rule = sequence(
  token,
  optional(
    sequence(
      '=',
      choice(token, quotedString),
      repeat(sequence(OWS, ';', OWS, optional(sequence(token, '=', choice(token, quotedString))))),
    ),
  ),
);
export const Expect: Rule = list(named('expectation', expectation));
/** What transfer codings and WebSocket extensions have in common: parameters may lack a value. */
export const parameterised: Rule = sequence(
  named('token', token),
  repeat(
    sequence(
      OWS,
      ';',
      OWS,
      named('name', token),
      optional(sequence(BWS, '=', BWS, named('value', choice(token, quotedString)))),
    ),
  ),
);
export const parameterisedList: Rule = list(parameterised);
