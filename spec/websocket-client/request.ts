/**
 * What a client sends to open a connection.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.1 | RFC 6455 §4.1}
 * @module
 */

import { captured, matches, type Rule } from '../models/grammar.ts';
import { inWhitespace } from '../models/http-grammar.ts';
import {
  Connection,
  SecWebSocketKey,
  SecWebSocketProtocol,
  SecWebSocketVersion,
  Upgrade,
} from '../models/opening-handshake.ts';
import { readRequestHead } from '../models/request-head.ts';
import { finding, inconclusive, offer } from '../probe.ts';
import { fieldValuesOf, type Visit } from '../scripted-server.ts';
import { heardOn } from '../wire.ts';
import { answerTo } from './answer.ts';
import { lineOf, requests } from './judgements.ts';
import {
  ADDRESS,
  type ClientJudgement,
  type ClientProbe,
  clientProbes,
  type WebSocketClientSubject,
} from './subject.ts';

/** How many connections are opened where what is fresh has to differ from one to the next. */
const MANY = 8;

/** Fields that every opening handshake has, or that are judged by themselves. */
const ORDINARY: readonly string[] = ['host', 'upgrade', 'connection', 'origin'];

export const request: readonly ClientProbe[] = clientProbes({
  '6455-4.1-8': {
    'connects directly where no proxy is configured': says(
      'a request to the server itself',
      lineOf,
      (line) => /^[A-Z]+ \//.test(line),
    ),
  },
  '6455-4.1-15': {
    'sends an opening handshake once the connection is there': says(
      'the head of a request, before the server has said anything',
      lineOf,
      (line) => /^\S+ \S+ HTTP\/\d\.\d$/.test(line),
    ),
  },
  '6455-4.1-16': {
    'sends a valid request': says('a head without a fault', validityOf, (fault) => fault === ''),
  },
  '6455-4.1-17': {
    'sends a GET of HTTP/1.1': says('GET and HTTP/1.1', lineOf, (line) =>
      /^GET \S+ HTTP\/1\.1$/.test(line),
    ),
  },
  '6455-4.1-18': {
    'asks for the path and the query of the address': asksFor('a/b?c=d&e', '/a/b?c=d&e'),
  },
  '6455-4.1-19': {
    'says in Host which host and port it asks': hasField(
      'Host',
      (values, { server }) => `http://${values.join()}` === server.origin,
    ),
  },
  '6455-4.1-20': {
    'says websocket in Upgrade': hasField('Upgrade', (values) =>
      elementsOf(values, Upgrade, 'protocol').includes('websocket'),
    ),
  },
  '6455-4.1-21': {
    'says Upgrade in Connection': hasField('Connection', (values) =>
      elementsOf(values, Connection, 'option').includes('upgrade'),
    ),
  },
  '6455-4.1-22': {
    'sends a key': hasField('Sec-WebSocket-Key', (values) => values.length > 0),
  },
  '6455-4.1-23': {
    'sends a key of 16 octets in base64': hasField('Sec-WebSocket-Key', areKeys),
  },
  '6455-4.1-24': {
    'chooses a new key for each connection': manyKeys(),
  },
  '6455-4.1-26': {
    'may say Origin': mayHave('Origin'),
  },
  '6455-4.1-27': {
    'says which version it speaks': hasField(
      'Sec-WebSocket-Version',
      (values) => values.length > 0,
    ),
  },
  '6455-4.1-28': {
    'speaks version 13': hasField('Sec-WebSocket-Version', (values) => values.join() === '13'),
  },
  '6455-4.1-29': {
    'may list subprotocols in the order in which it wants them': mayList(['b', 'a'], /^b, ?a$/),
  },
  '6455-4.1-30': {
    'asks for no subprotocol twice': neverAsksFor(['a', 'a']),
    'asks for no subprotocol without a name': neverAsksFor(['']),
    'asks for no subprotocol that is no token': neverAsksFor(['a b']),
  },
  '6455-4.1-31': {
    'may offer extensions': mayHave('Sec-WebSocket-Extensions'),
  },
  '6455-4.1-32': {
    'may send other fields': requests('other fields, or none', ({ head }) => {
      const names = namesIn(head).filter(
        (name) => !ORDINARY.includes(name) && !name.startsWith('sec-websocket-'),
      );
      return offer(names.length > 0, 'other fields, or none', names.join(', ') || 'none');
    }),
  },
  '6455-4.1-33': {
    'sends nothing behind the handshake before it is answered': requests(
      'nothing more before the answer',
      async ({ wire }, { patience }) => {
        const isQuiet = await wire.isQuiet(patience);
        const more = heardOn(wire).toString('latin1').split('\r\n\r\n').slice(1).join('');
        const came = more === '' ? `the connection is ${wire.ending}` : JSON.stringify(more);
        return finding(isQuiet, 'nothing more before the answer', came);
      },
    ),
  },
  '6455-4.3-2': {
    'writes key, version and subprotocols by their grammar': requests(
      'fields by their grammar',
      (visit) => {
        const wrong = GRAMMARS.filter(([name, rule]) =>
          fieldValuesOf(visit, name).some((value) => !matches(inWhitespace(rule), value)),
        );
        return finding(wrong.length === 0, 'fields by their grammar', shown(wrong, visit));
      },
      { protocols: ['chat', 'superchat'] },
    ),
  },
  '6455-9-1': {
    'may ask for an extension': mayHave('Sec-WebSocket-Extensions'),
  },
  '6455-11.3.1-1': {
    'sends one key': hasField('Sec-WebSocket-Key', (values) => values.length === 1),
  },
  '6455-11.3.2-1': {
    'may offer extensions in several lines': mayHave('Sec-WebSocket-Extensions', 2),
  },
  '6455-11.3.4-1': {
    'may list subprotocols in several lines': mayHave('Sec-WebSocket-Protocol', 2, ['a', 'b']),
  },
  '6455-11.3.5-2': {
    'sends one version': hasField('Sec-WebSocket-Version', (values) => values.length === 1),
  },
});

type Client = WebSocketClientSubject;

/** The fields whose grammar the standard gives, with the rule of each. */
const GRAMMARS = [
  ['Sec-WebSocket-Key', SecWebSocketKey],
  ['Sec-WebSocket-Version', SecWebSocketVersion],
  ['Sec-WebSocket-Protocol', SecWebSocketProtocol],
] as const;

/** Something that can be seen of the request is as it has to be. */
function says(
  expected: string,
  show: (visit: Visit) => string,
  holds: (shown: string) => boolean,
  address?: string,
): ClientJudgement {
  const judge = (visit: Visit) => finding(holds(show(visit)), expected, show(visit) || 'no fault');
  return requests(expected, judge, address === undefined ? {} : { address });
}

/** What is wrong with the head, by the model of a server that reads one. */
function validityOf({ head }: Visit): string {
  const limits = { head: 65_536, fields: 1_000, target: 8_192 };
  const reading = readRequestHead(Buffer.from(head, 'latin1'), limits);
  return reading.outcome === 'fault' ? `${reading.code} at octet ${reading.at}` : '';
}

/** Sent to an address with this behind its slash, the client asks for this target. */
function asksFor(resource: string, target: string): ClientJudgement {
  const line = `GET ${target} HTTP/1.1`;
  return says(line, lineOf, (shown) => shown === line, ADDRESS + resource);
}

/** The values of a field's lines are as they have to be. */
function hasField(
  name: string,
  holds: (values: readonly string[], subject: Client) => boolean,
): ClientJudgement {
  const expected = `a proper ${name}`;
  return requests(expected, (visit, subject) => {
    const values = fieldValuesOf(visit, name);
    const received = values.length === 0 ? `no ${name}` : values.join(' and ');
    return finding(holds(values, subject), expected, received);
  });
}

/** Whether the request has at least so many lines of a field. */
function mayHave(name: string, count = 1, protocols: readonly string[] = []): ClientJudgement {
  const expected = `${count} of ${name}, or fewer`;
  const judge = (visit: Visit) => {
    const values = fieldValuesOf(visit, name);
    return offer(values.length >= count, expected, values.join(' and ') || `no ${name}`);
  };
  return requests(expected, judge, { protocols });
}

function mayList(protocols: readonly string[], list: RegExp): ClientJudgement {
  const expected = `the subprotocols ${protocols.join()} in this order, or none`;
  const judge = (visit: Visit) => {
    const value = fieldValuesOf(visit, 'Sec-WebSocket-Protocol').join();
    return offer(list.test(value), expected, value || 'none');
  };
  return requests(expected, judge, { protocols });
}

/** Told to ask for these subprotocols, the client asks for none of that kind, or does not come. */
function neverAsksFor(protocols: readonly string[]): ClientJudgement {
  const expected = 'no request with such subprotocols';
  return {
    sends: `the client is told to ask for the subprotocols ${JSON.stringify(protocols)}`,
    judge: async ({ start, server, patience }) => {
      start(undefined, protocols);
      const visit = await server.next(4 * patience);
      if (visit === undefined) return finding(true, expected, 'no request');
      const values = fieldValuesOf(visit, 'Sec-WebSocket-Protocol');
      if (values.length === 0) return finding(true, expected, 'no subprotocol');
      const asked = elementsOf(values, SecWebSocketProtocol, 'protocol');
      const isProper = asked.length > 0 && new Set(asked).size === asked.length;
      return finding(isProper, expected, values.join(' and ') || 'a field without a value');
    },
  };
}

function manyKeys(): ClientJudgement {
  const expected = `${MANY} different keys`;
  return {
    sends: `the client is sent to ${ADDRESS} ${MANY} times`,
    judge: async ({ start, server }) => {
      const keys: string[] = [];
      for (let i = 0; i < MANY; i++) {
        start();
        const visit = await server.next();
        if (visit === undefined) return inconclusive(expected, `${i} requests came`);
        keys.push(fieldValuesOf(visit, 'Sec-WebSocket-Key').join());
        await visit.wire.send(answerTo(visit));
      }
      return finding(new Set(keys).size === MANY, expected, keys.join(', '));
    },
  };
}

function areKeys(values: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => matches(SecWebSocketKey, value));
}

/** The elements of a list in lower case; none when it breaks its grammar. */
function elementsOf(values: readonly string[], rule: Rule, name: string): string[] {
  const elements = captured(inWhitespace(rule), values.join(', '), name) ?? [];
  return elements.map((element) => element.toLowerCase());
}

function namesIn(head: string): string[] {
  const lines = head.split('\r\n').slice(1, -2);
  return lines.map((line) => line.split(':', 1)[0]!.toLowerCase());
}

function shown(fields: readonly (readonly [string, Rule])[], visit: Visit): string {
  const lines = fields.map(([name]) => `${name}: ${fieldValuesOf(visit, name).join(' and ')}`);
  return lines.join('; ') || 'no fault';
}
