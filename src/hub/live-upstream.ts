import type { LiveAnswer } from './live-answer.ts';
import type { Session } from './live-session.ts';
import type { ExchangeRequest } from './request.ts';
import { parseUpstream, type UpstreamMessage } from './upstream.ts';

const JSON_TYPE = /^application\/json[\t ]*(?:;|$)/i;

/** Octets that are no UTF-8 are no JSON. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** How far a list of messages was taken: up to one that is out of order, or that ends the session. */
interface Taken {
  readonly isOutOfOrder: boolean;
  /** Whether a handler has failed, now or later. */
  readonly failures: readonly (boolean | Promise<boolean>)[];
}

/**
 * Takes the messages of a POST: an array of them, which are delivered in order up to the first that
 * is out of order.
 */
export async function receiveUpstream(
  request: ExchangeRequest,
  session: Session,
  answer: LiveAnswer,
): Promise<void> {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
    answer.refuse(415, 'Messages are sent as application/json.');
    return;
  }
  const messages = messagesIn(await request.body.bytes());
  if (messages === undefined) answer.refuse(400, NOT_MESSAGES);
  else if (session.hasEnded) unknownSession(answer);
  else await deliverAll(messages, session, answer);
}

/** Says that there is no such session here, so that nothing of the request was taken. */
export function unknownSession(answer: LiveAnswer): void {
  answer.json(409, { error: 'unknown-session' });
}

async function deliverAll(
  messages: readonly UpstreamMessage[],
  session: Session,
  answer: LiveAnswer,
): Promise<void> {
  const { upstream } = session;
  const { isOutOfOrder, failures } = take(messages, session);
  const { last: n, expected } = upstream;
  const [hasFailed] = await Promise.all([Promise.all(failures), upstream.settled(n)]);
  const fields: Record<string, string> = hasFailed.includes(true) ? { connection: 'close' } : {};
  if (isOutOfOrder) answer.json(409, { error: 'out-of-order', expected }, fields);
  else answer.json(200, { ack: n }, fields);
}

function take(messages: readonly UpstreamMessage[], session: Session): Taken {
  const { upstream } = session;
  const failures: (boolean | Promise<boolean>)[] = [];
  for (const message of messages) {
    const { n } = message;
    if (session.hasEnded) break;
    const verdict = n === undefined ? 'new' : upstream.take(n);
    if (verdict === 'out-of-order') return { isOutOfOrder: true, failures };
    if (verdict === 'repeated') continue;
    const hasFailed = session.deliver(message);
    failures.push(hasFailed);
    if (n !== undefined) upstream.delivered(hasFailed);
  }
  return { isOutOfOrder: false, failures };
}

function messagesIn(octets: Uint8Array): UpstreamMessage[] | undefined {
  try {
    return parseUpstream(UTF_8.decode(octets));
  } catch {
    return undefined;
  }
}

const NOT_MESSAGES =
  'Messages are a JSON array of objects with data and, if they are numbered, an integer n above 0.';
