import assert from 'node:assert/strict';
import { describe } from 'node:test';
import fc from 'fast-check';

import {
  announcesClose,
  fieldList,
  type Response,
  readResponse,
} from '../../spec/models/response.ts';
import {
  type AnyRequest,
  anyRequest,
  encodeRequest,
  nearly,
  octetsOf,
} from '../support/exchanges.ts';
import { law } from '../support/law.ts';
import { anySplitOf, lend } from '../support/octets.ts';
import { serve, type TestServer } from '../support/server.ts';

/** What a handler does with a request. */
type Habit = 'at once' | 'read first' | 'stream' | 'late' | 'close' | 'upgrade';

const anyHabits = fc.array(
  fc.constantFrom<Habit>('at once', 'read first', 'stream', 'late', 'close', 'upgrade'),
  { minLength: 1, maxLength: 5 },
);

const anyRequests = fc.array(anyRequest(), { maxLength: 5 });

describe('ServerEndpoint', () => {
  law(
    'ServerEndpoint',
    'split',
    'for any octets and any split of them: the same is told, and the same is answered',
    fc.property(
      anyRequests
        .chain((requests) => nearly(Buffer.concat(requests.map(encodeRequest))))
        .chain((octets) => fc.tuple(fc.constant(octets), anySplitOf(octets))),
      anyHabits,
      fc.boolean(),
      ([octets, pieces], habits, ends) => {
        assert.deepEqual(outcome(pieces, habits, ends), outcome([octets], habits, ends));
      },
    ),
  );

  law(
    'ServerEndpoint',
    'split',
    'for any requests and any pauses: the same is told, and the same is answered',
    fc.property(anyRequests, anyHabits, fc.boolean(), (requests, habits, ends) => {
      const octets = Buffer.concat(requests.map(encodeRequest));
      assert.deepEqual(outcome([octets], habits, ends, true), outcome([octets], habits, ends));
    }),
  );

  law(
    'ServerEndpoint',
    'model',
    'for any requests: each is answered in its order, and as its framing and its version ask for',
    fc.property(anyRequests, anyHabits, (requests, habits) => {
      const answers = answersTo(requests, habits);
      const { sent, content, state } = outcome([...requests.map(encodeRequest)], habits, true);
      assert.equal(state, answers.at(-1)?.status === 101 ? 'open' : 'ended');
      assert.equal(content, answers.map((answer) => answer.content).join(''));
      let octets = sent;
      for (const { method, status, closes, isKept } of answers) {
        const response = readResponse(octets, method, true);
        assert.ok(response !== undefined, `no response to ${method}`);
        assert.deepEqual(response.faults, []);
        assert.equal(response.status, status);
        if (status !== 101) assert.equal(announcesClose(response), closes);
        assert.equal(fieldList(response, 'connection').includes('keep-alive'), isKept && !closes);
        assert.equal(hasDate(response), status !== 101);
        octets = octets.subarray(response.length);
      }
      assert.equal(octets.length, 0);
    }),
  );

  law(
    'ServerEndpoint',
    'prefix',
    'for any proper prefix of a request that is read: nothing is answered, and more is waited for',
    fc.property(anyRequest().filter(isServed), fc.nat(), (request, cut) => {
      const octets = encodeRequest(request);
      const server = serve(({ readContent }, { endpoint }) => readContent.call(endpoint));
      server.endpoint.receive(octets.subarray(0, cut % octets.length));
      assert.equal(server.told.includes('end'), false);
      assert.equal(server.sent(), '');
      assert.notEqual(server.endpoint.phase, 'closed');
      assert.notEqual(server.endpoint.phase, 'answering');
    }),
  );

  law(
    'ServerEndpoint',
    'rest',
    'for any octets behind an upgrade: all of them are given to the next protocol',
    fc.property(fc.uint8Array(), anyRequests, fc.boolean(), (rest, before, isLate) => {
      const server = serve((endpoint, { head }) => {
        if (!head.upgrade || head.framing !== 0) endpoint.respond(200, {}, '');
        else if (!isLate) server.upgrade();
      });
      const served = before.filter(
        (request) => isServed(request) && !upgrades(request) && persists(request),
      );
      const upgrade = { ...PLAIN, connection: 'upgrade' };
      const wire = [...served, upgrade].map(encodeRequest);
      server.endpoint.receive(Buffer.concat([...wire, rest]));
      if (isLate) server.upgrade();
      assert.deepEqual(Buffer.concat(server.rest), Buffer.from(rest));
    }),
  );
});

// Helpers

const PLAIN: AnyRequest = {
  method: 'GET',
  target: '/',
  version: 'HTTP/1.1',
  connection: undefined,
  content: { framing: 'none' },
};

/** What became of a connection whose handler has these habits, one request after the other. */
function outcome(
  pieces: readonly Uint8Array[],
  habits: readonly Habit[],
  ends: boolean,
  pauses = false,
) {
  let requests = 0;
  let habit: Habit = 'at once';
  const server = serve((endpoint, { head }) => {
    habit = habits[requests++ % habits.length]!;
    if (pauses) endpoint.pause();
    if (habit === 'read first' || habit === 'stream') endpoint.readContent();
    else if (habit === 'close') endpoint.respond(200, { connection: 'close' }, '');
    else if (habit === 'upgrade' && head.upgrade) upgradeIfPossible(server);
    else if (habit !== 'late') endpoint.respond(200, {}, 'content');
    else server.isWaiting = true;
  });
  server.onContentEnd = () => {
    if (pauses) server.endpoint.pause();
    if (habit === 'stream') stream(server);
    else server.endpoint.respond(200, {}, '');
  };
  for (const piece of pieces) {
    if (server.rest.length > 0) server.rest.push(piece);
    else lend(server.endpoint, piece);
  }
  goOn(server);
  if (ends) server.endpoint.receiveEnd();
  return {
    told: server.told.filter((line) => !line.startsWith('content ')),
    content: server.told
      .filter((line) => line.startsWith('content '))
      .map((line) => line.slice(8))
      .join(''),
    sent: server.output.take(),
    state: server.output.state,
    phase: server.endpoint.phase,
    rest: Buffer.concat(server.rest),
  };
}

/** Gives every late answer, and resumes as often as the endpoint was paused. */
function goOn(server: TestServer): void {
  for (let left = 100; left > 0; left--) {
    server.endpoint.resume();
    if (server.isWaiting) {
      server.isWaiting = false;
      server.endpoint.respond(200, {}, 'late');
    }
  }
}

/** Answers in HTTP what can't be upgraded, because it has content that nobody has read. */
function upgradeIfPossible(server: TestServer): void {
  try {
    server.upgrade();
  } catch (error) {
    assert.ok(error instanceof TypeError);
    server.endpoint.respond(200, {}, 'content');
  }
}

function stream({ endpoint }: TestServer): void {
  endpoint.respondHead(200, {});
  endpoint.write('a');
  endpoint.write(Uint8Array.of(0x62, 0x63));
  endpoint.finish();
}

/** What a request has to be answered with: the endpoint, as a table. */
interface Answer {
  readonly method: string;
  readonly status: number;
  readonly closes: boolean;
  /** Whether the client has asked to keep a connection that its version would close. */
  readonly isKept: boolean;
  /** The content that the handler is told. */
  readonly content: string;
}

function answersTo(requests: readonly AnyRequest[], habits: readonly Habit[]): Answer[] {
  const answers: Answer[] = [];
  let told = 0;
  for (const request of requests) {
    const { method, target, content } = request;
    const refusal = refusalOf(request);
    const isTold = refusal === undefined && target !== '*';
    const habit = isTold ? habits[told++ % habits.length]! : 'at once';
    const isRead = habit === 'read first' || habit === 'stream';
    const isUpgrade = habit === 'upgrade' && upgrades(request);
    const status = refusal ?? (isUpgrade ? 101 : target === '*' ? 204 : 200);
    const isUnknownLength = habit === 'stream' && request.version === 'HTTP/1.0';
    const closes =
      refusal !== undefined ||
      !persists(request) ||
      habit === 'close' ||
      (isUnknownLength && method !== 'HEAD');
    const text = isRead ? Buffer.from(octetsOf(content)).toString('latin1') : '';
    answers.push({ method, status, closes, isKept: isKept(request), content: text });
    if (closes || isUpgrade) break;
  }
  return answers;
}

function refusalOf({ method, target, version, content }: AnyRequest): number | undefined {
  if (version === 'HTTP/1.0' && content.framing === 'chunked') return 400;
  if (target === '*' && method !== 'OPTIONS') return 400;
  if (method === 'TRACE') return 501;
  return target.startsWith('https:') ? 421 : undefined;
}

function isServed(request: AnyRequest): boolean {
  return refusalOf(request) === undefined && request.target !== '*';
}

function persists({ version, connection }: AnyRequest): boolean {
  return version === 'HTTP/1.0' ? connection === 'keep-alive' : connection !== 'close';
}

function isKept(request: AnyRequest): boolean {
  return request.version === 'HTTP/1.0' && persists(request);
}

function upgrades({ version, connection, content }: AnyRequest): boolean {
  const hasContent = content.framing === 'chunked' || octetsOf(content).length > 0;
  return version !== 'HTTP/1.0' && connection === 'upgrade' && !hasContent;
}

function hasDate({ fields }: Response): boolean {
  return fields.filter(({ name }) => name === 'Date').length === 1;
}
