import assert from 'node:assert/strict';
import { describe } from 'node:test';
import fc from 'fast-check';

import { announcesClose, readResponse } from '../../spec/models/response.ts';
import type { Fields } from '../../src/http1/fields.ts';
import { TestClient } from '../support/client.ts';
import { type AnyContent, anyContent, encodeContent, nearly } from '../support/exchanges.ts';
import { law } from '../support/law.ts';
import { anySplitOf, ascii, lend } from '../support/octets.ts';
import { serve } from '../support/server.ts';

/** Octets of a final response, most of them delimited by more than the end of the connection. */
const anyResponse = fc
  .record({
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'),
    status: fc.constantFrom(200, 204, 304, 404, 500, 999),
    connection: fc.constantFrom('', '', 'Connection: close\r\n', 'Connection: keep-alive\r\n'),
    content: anyContent(),
  })
  .map(({ version, status, connection, content }) =>
    Buffer.concat([ascii(`${version} ${status} \r\n${connection}`), encodeContent(content)]),
  );

const anyInterim = fc
  .constantFrom(
    '100 Continue\r\n',
    '103 \r\nContent-Length: 5\r\nConnection: close\r\n',
    '199 \r\n',
  )
  .map((head) => ascii(`HTTP/1.1 ${head}\r\n`));

const anyMethod = fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'CONNECT');

describe('ClientEndpoint', () => {
  law(
    'ClientEndpoint',
    'split',
    'for any octets and any split of them: the same is told',
    fc.property(
      fc
        .tuple(fc.array(anyInterim, { maxLength: 2 }), fc.array(anyResponse, { maxLength: 2 }))
        .chain(([interim, final]) => nearly(Buffer.concat([...interim, ...final])))
        .chain((octets) => fc.tuple(fc.constant(octets), anySplitOf(octets))),
      anyMethod,
      fc.boolean(),
      ([octets, pieces], method, ends) => {
        assert.deepEqual(outcome(method, pieces, ends), outcome(method, [octets], ends));
      },
    ),
  );

  law(
    'ClientEndpoint',
    'model',
    'for any response: what is told is what a literal reader finds in it',
    fc.property(fc.array(anyInterim), anyResponse, anyMethod, (interim, octets, method) => {
      if (method === 'CONNECT') return;
      const response = readResponse(octets, method, true)!;
      const { told, content, state } = outcome(method, [...interim, octets], true);
      if (response.version === 'HTTP/1.0' && response.framing === 'chunked') {
        assert.equal(told.at(-1), 'HTTP_TRANSFER_ENCODING_VERSION');
        return;
      }
      const trailers = response.trailers.map(
        ({ name, value }) => ` ${name.toLowerCase()}: ${value}`,
      );
      assert.equal(told.filter((line) => line.startsWith('informational')).length, interim.length);
      assert.deepEqual(told.slice(interim.length), [
        `response ${response.status}`,
        `end${trailers.join()}`,
      ]);
      assert.equal(content, response.content.toString('latin1'));
      assert.equal(state, 'ended');
    }),
  );

  law(
    'ClientEndpoint',
    'model',
    'for any exchange: the connection persists exactly when both let it',
    fc.property(anyResponse, fc.boolean(), (octets, closes) => {
      const response = readResponse(octets, 'GET', false);
      if (response === undefined || response.version === 'HTTP/1.0') return;
      const client = new TestClient().request('GET', closes ? { Connection: 'close' } : {});
      client.endpoint.receive(octets);
      const isLast = closes || announcesClose(response) || response.length < octets.length;
      assert.equal(client.endpoint.phase, isLast ? 'closed' : 'idle');
    }),
  );

  law(
    'ClientEndpoint',
    'prefix',
    'for any proper prefix of a response: it is not complete, and cut when no more comes',
    fc.property(delimited(), fc.nat(), (octets, cut) => {
      const client = new TestClient().request();
      client.endpoint.receive(octets.subarray(0, cut % octets.length));
      assert.match(client.endpoint.phase, /^(?:head|content)$/);
      assert.equal(client.output.state, 'open');
      client.endpoint.receiveEnd();
      assert.equal(client.told.at(-1), 'HTTP_CUT');
      assert.equal(
        client.told.some((line) => line.startsWith('end')),
        false,
      );
    }),
  );

  law(
    'ClientEndpoint',
    'rest',
    'for any octets behind an upgrade: all of them are given to the next protocol',
    fc.property(fc.uint8Array(), fc.array(anyInterim), (rest, interim) => {
      const client = new TestClient().request('GET', { Upgrade: 'a' });
      const upgrade = ascii('HTTP/1.1 101 \r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n');
      client.endpoint.receive(Buffer.concat([...interim, upgrade, rest]));
      assert.equal(client.told.at(-1), `upgraded 101 ${Buffer.from(rest).toString('latin1')}`);
    }),
  );

  law(
    'ClientEndpoint',
    'rest',
    'for any octets behind a response: none of them is taken for another one',
    fc.property(delimited(), fc.uint8Array({ minLength: 1 }), anyResponse, (octets, rest, more) => {
      for (const behind of [rest, more]) {
        const client = new TestClient().request();
        client.endpoint.receive(Buffer.concat([octets, behind]));
        assert.equal(client.endpoint.phase, 'closed');
        assert.equal(client.told.filter((line) => line.startsWith('response')).length, 1);
        assert.throws(() => client.request(), TypeError);
      }
    }),
  );
});

describe('ClientEndpoint and ServerEndpoint', () => {
  for (const endpoint of ['ClientEndpoint', 'ServerEndpoint']) {
    law(
      endpoint,
      'round trip',
      'for any exchange: each end is told what the other one sent',
      fc.property(
        fc.array(fc.record({ request: anyMessage(), response: anyMessage() }), { maxLength: 3 }),
        (exchanges) => {
          const sent = exchanges.flatMap(({ request, response }) => [
            `POST /a?b ${shown(request)}`,
            `200 ${shown(response)}`,
          ]);
          assert.deepEqual(told(exchanges), sent);
        },
      ),
    );
  }
});

// Helpers

/** What became of a request by `method`, when this is what came of it. */
function outcome(method: string, pieces: readonly Uint8Array[], ends: boolean) {
  const client = new TestClient().request(method, { Upgrade: 'a' });
  const rest: Uint8Array[] = [];
  for (const piece of pieces) {
    if (client.isUpgraded) rest.push(piece);
    else lend(client.endpoint, piece);
  }
  if (ends) client.endpoint.receiveEnd();
  const isContent = (line: string) => line.startsWith('content ');
  return {
    told: client.told.filter((line) => !isContent(line) && !line.startsWith('upgraded')),
    content: client.told
      .filter(isContent)
      .map((line) => line.slice('content '.length))
      .join(''),
    rest: [...client.rest, ...rest.map((piece) => Buffer.from(piece).toString('latin1'))].join(''),
    state: client.output.state,
    phase: client.endpoint.phase,
  };
}

/** A whole response to GET that says itself where it ends. */
function delimited(): fc.Arbitrary<Buffer> {
  return anyContent()
    .filter(({ framing }) => framing !== 'none')
    .map((content: AnyContent) =>
      Buffer.concat([ascii('HTTP/1.1 200 OK\r\n'), encodeContent(content)]),
    );
}

interface AnyMessage {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: string | Uint8Array;
}

/** Fields with any name and value that may be sent, and content. */
function anyMessage(): fc.Arbitrary<AnyMessage> {
  const name = fc.stringMatching(/^x-[!#$%&'*+.^_`|~0-9a-z-]{0,8}$/);
  const value = fc.stringMatching(/^(?:[!-~\u0080-\u009f\u00a1-\u00ff](?:[\t -~]{0,8}[!-~])?)?$/);
  return fc.record({
    fields: fc.array(fc.tuple(name, value), { maxLength: 4 }),
    content: fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.uint8Array()),
  });
}

/** What a message is, in one line. */
function shown({ fields, content }: AnyMessage): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}`).join(', ');
  return `${lines} (${Buffer.from(content as string).toString('latin1')})`;
}

/** Has a client and a server do these exchanges, and notes what each of them was told. */
function told(exchanges: readonly { request: AnyMessage; response: AnyMessage }[]): string[] {
  const seen: string[] = [];
  const client = new TestClient({ body: Number.POSITIVE_INFINITY });
  const server = serve((endpoint) => endpoint.readContent());
  for (const [index, { request, response }] of exchanges.entries()) {
    server.onContentEnd = () => answer(index, response);
    const fields = [...request.fields, ['Host', 'h'] as const];
    client.endpoint.request('POST', '/a?b', fields, request.content);
    server.endpoint.receive(client.output.take());
    seen.push(`${server.head.method} ${server.target.path} ${shownOf(server)}`);
    client.endpoint.receive(server.output.take());
    seen.push(`${client.head.status} ${shownOf(client)}`);
  }
  return seen;

  /** Every other answer in pieces. */
  function answer(index: number, { fields, content }: AnyMessage): void {
    const { endpoint } = server;
    if (index % 2 === 0) endpoint.respond(200, fields, content);
    else {
      endpoint.respondHead(200, fields);
      endpoint.write(content);
      endpoint.finish();
    }
  }
}

/** The fields and the content of the last message that an endpoint told of. */
function shownOf({ head, told: lines }: { head: { fields: Fields }; told: string[] }): string {
  const fields = [...head.fields].filter(([name]) => name.startsWith('x-'));
  const last = lines.lastIndexOf('end');
  const first = lines.lastIndexOf('end', last - 1) + 1;
  const content = lines.slice(first, last).filter((line) => line.startsWith('content '));
  const octets = content.map((line) => line.slice('content '.length)).join('');
  return shown({ fields, content: Buffer.from(octets, 'latin1') });
}
