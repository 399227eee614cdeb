/**
 * What is found out about a subject by asking, before it is judged: whether it is there and does the
 * ordinary things that all probes build on, and which of the things that not every subject has.
 *
 * @module
 */

import { ask, get, isEcho, post, reflect, request } from './http-probe.ts';
import { fieldValue, type Response, summaryOf } from './models/response.ts';
import type { PushEndpoint, Subject } from './probe.ts';
import { Held, newChannel, pollOf, publish, roundOf, targetOf } from './push-probe.ts';
import type { SubjectOptions } from './run-probes.ts';
import type { Door } from './server-probes.ts';
import { Conversation, text } from './websocket-wire.ts';

/** What came of a meeting. */
export interface Meeting {
  /** What keeps the subject from being judged at this address; nothing when nothing does. */
  readonly obstacle?: string;
  /** What has been learnt. */
  readonly known?: Partial<SubjectOptions>;
  /** What it does not have, in words. */
  readonly lacks: readonly string[];
}

/** Where a reflector is, if nobody says otherwise. */
export const REFLECTOR = '/reflect';

/** Meets a subject at one of its addresses. */
export const MEETINGS: Readonly<Record<Door, (subject: Subject) => Promise<Meeting>>> = {
  webSocket: meetWebSocket,
  http: meetHttp,
  eventStream: meetEventStream,
  live: meetLive,
  full: meetFull,
};

/** Asks something ordinary, to see whether the subject still answers; if not, why. */
export const INQUIRIES: Readonly<Record<Door, (subject: Subject) => Promise<string | undefined>>> =
  {
    webSocket: async (subject) => silenceOf(await greet(subject, subject.path)),
    http: async (subject) => silenceOf(await ask(subject, get())),
    eventStream: async (subject) => silenceOf((await openStream(subject)).head),
    live: async (subject) => silenceOf(await ask(subject, firstPoll(subject.live!))),
    full: async (subject) => silenceOf(await ask(subject, firstPoll(subject.full!))),
  };

/** @see docs/conformance.md */
async function meetHttp(subject: Subject): Promise<Meeting> {
  const response = await ask(subject, get());
  if (response.status !== 200) return unfit('GET / has to be answered with 200', response);
  const content = response.content.toString('latin1');
  const again = (await ask(subject, get())).content.toString('latin1');
  const isSame = content !== '' && content === again;
  const echo = isEcho(await ask(subject, post(['Content-Length: 5'], 'hello')));
  const reflector = subject.reflector ?? REFLECTOR;
  const asked = reflect({ status: 299, field: 'X-Reflected: yes', body: 'reflected' });
  const reflected = await ask({ ...subject, reflector }, asked);
  const isReflector =
    reflected.status === 299 &&
    fieldValue(reflected, 'x-reflected') === 'yes' &&
    reflected.content.toString() === 'reflected';
  return {
    known: {
      content: isSame && content,
      echo,
      reflector: isReflector ? reflector : undefined,
    },
    lacks: [
      ...(isSame ? [] : ['content at / that is the same each time']),
      ...(echo ? [] : ['an HTTP echo: POST /echo is not answered with its content']),
      ...(isReflector ? [] : [`an HTTP reflector at ${reflector}`]),
    ],
  };
}

async function meetWebSocket(subject: Subject): Promise<Meeting> {
  const conversation = await Conversation.open(subject);
  const { response } = conversation;
  if (!conversation.isOpen) {
    return unfit('the opening handshake has to be answered with 101', response);
  }
  await conversation.send('81 85 k 48656c6c6f');
  const echo = await conversation.next();
  if (echo !== text('Hello')) {
    return { obstacle: `the text "Hello" has to come back, and what came was: ${echo}`, lacks: [] };
  }
  const path = subject.webSocketReflector ?? REFLECTOR;
  const reflector = await Conversation.open(subject, {}, { path: `${path}?greeting=reflected` });
  const isReflector = reflector.isOpen && (await reflector.next()) === text('reflected');
  return {
    known: { webSocketReflector: isReflector ? path : undefined },
    lacks: isReflector ? [] : [`a WebSocket reflector at ${path}`],
  };
}

async function meetEventStream(subject: Subject): Promise<Meeting> {
  const { head } = await openStream(subject);
  const isStream = /^text\/event-stream/i.test(fieldValue(head, 'content-type') ?? '');
  if (head.status !== 200 || !isStream) {
    return unfit('the event stream has to be answered with 200 and text/event-stream', head);
  }
  const { endpoint, lacks } = await meetPublisher(subject, subject.eventStream!);
  return { known: { eventStream: endpoint }, lacks };
}

async function meetLive(subject: Subject): Promise<Meeting> {
  const response = await ask(subject, firstPoll(subject.live!));
  const { records } = roundOf(response);
  if (response.status !== 200 || !records.some(({ ready }) => ready !== undefined)) {
    return unfit('a first poll has to be answered with 200 and a record `ready`', response);
  }
  const { endpoint, lacks } = await meetPublisher(subject, subject.live!);
  return { known: { live: endpoint }, lacks };
}

/** Whatever it says to one more is judged, unless there is nobody or nothing that says it. */
async function meetFull(subject: Subject): Promise<Meeting> {
  const response = await ask(subject, firstPoll(subject.full!));
  if (response.status === 0 || response.status === 404) {
    return unfit('a poll where there is no room has to be answered, and not by 404', response);
  }
  return { lacks: [] };
}

/** The endpoint as it is: without a way to publish, if there is none. */
async function meetPublisher(
  subject: Subject,
  endpoint: PushEndpoint,
): Promise<{ endpoint: PushEndpoint; lacks: readonly string[] }> {
  const response = await publish(subject, endpoint, newChannel(), 'hello');
  if (response.status >= 200 && response.status < 300) return { endpoint, lacks: [] };
  const lack = `a way to publish: POST ${endpoint.publish} was answered by ${summaryOf(response)}`;
  return { endpoint: { ...endpoint, publish: undefined }, lacks: [lack] };
}

/** The answer to an opening handshake as every client sends it. */
async function greet(subject: Subject, path: string): Promise<Response> {
  const { wire, response } = await Conversation.open(subject, {}, { path });
  wire.close();
  return response;
}

async function openStream(subject: Subject): Promise<Held> {
  const target = targetOf(subject.eventStream!.path, { channel: newChannel() });
  const stream = await Held.open(subject, request('GET', target, 'Accept: text/event-stream'));
  stream.wire.close();
  return stream;
}

function firstPoll(endpoint: PushEndpoint): string {
  return pollOf(endpoint, { channel: newChannel(), wait: 0 });
}

function unfit(demand: string, response: Response): Meeting {
  const came = response.status === 0 ? 'what came was' : 'and was by';
  return { obstacle: `${demand}, ${came} ${summaryOf(response)}`, lacks: [] };
}

/** Why there is no response; nothing when there is one. */
function silenceOf(response: Response): string | undefined {
  return response.status === 0 ? summaryOf(response) : undefined;
}
