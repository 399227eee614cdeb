import {
  type OutgoingFields,
  readOutgoingFields,
  requireFieldValue,
  requireToken,
} from '../http1/outgoing-fields.ts';
import { DEFAULT_LIMITS, type Limits, limitsWith } from '../hub/limits.ts';
import type { Dial } from './dial.ts';

/** The limits of a client. All are finite; `docs/limits.md` says what happens at each. */
export interface ClientLimits
  extends Pick<
    Limits,
    'closing' | 'fields' | 'head' | 'message' | 'rate' | 'sendBuffer' | 'stall'
  > {
  /** Milliseconds until the server has accepted the opening handshake. Then the connection is failed. Default 30 s. */
  readonly handshake: number;
}

/** The limits of a client, and of what it shares with a hub. */
export type SessionLimits = Limits & ClientLimits;

/** What holds unless a client is told otherwise. */
export const DEFAULT_CLIENT_LIMITS: SessionLimits = { ...DEFAULT_LIMITS, handshake: 30_000 };

const NAMES: readonly string[] = [
  'closing',
  'fields',
  'handshake',
  'head',
  'message',
  'rate',
  'sendBuffer',
  'stall',
] satisfies (keyof ClientLimits)[];

/** The longest delay of a timer. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * The default limits with those given in their place.
 *
 * @throws RangeError when a limit is not a positive, finite number, or a client has none of that name.
 */
export function clientLimits(given: Partial<ClientLimits> | undefined): SessionLimits {
  if (given === undefined) return DEFAULT_CLIENT_LIMITS;
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`a client has no limits.${unknown}: it has ${NAMES.join(', ')}`);
  }
  const { handshake = DEFAULT_CLIENT_LIMITS.handshake, ...shared } = given;
  const isDelay = handshake > 0 && handshake <= MAX_DELAY;
  if (!isDelay) throw new RangeError(`limits.handshake must be from 1 to ${MAX_DELAY}`);
  return { ...limitsWith(shared), handshake };
}

/** @throws TypeError when it is something else. */
export function optionalSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw new TypeError('signal must be an AbortSignal');
}

/** @throws TypeError when it is something else. */
export function optionalDial(dial: Dial | undefined): Dial | undefined {
  if (dial === undefined || typeof dial === 'function') return dial;
  throw new TypeError('dial must be a function');
}

/** The fields that the client makes, and what they are made from. */
const HANDSHAKE_FIELDS: Readonly<Record<string, string>> = {
  connection: 'the client alone',
  'content-length': 'the client alone',
  host: 'the URL',
  'sec-websocket-accept': 'the client alone',
  'sec-websocket-extensions': 'the option `compression`',
  'sec-websocket-key': 'the client alone',
  'sec-websocket-protocol': 'the argument `protocols`',
  'sec-websocket-version': 'the client alone',
  'transfer-encoding': 'the client alone',
  upgrade: 'the client alone',
};

/** The same of a request for an event stream. */
const EVENT_STREAM_FIELDS: Readonly<Record<string, string>> = {
  accept: 'the client alone',
  'cache-control': 'the client alone',
  connection: 'the client alone',
  'content-length': 'the client alone',
  host: 'the URL',
  'last-event-id': 'the event that came last',
  'transfer-encoding': 'the client alone',
  upgrade: 'the client alone',
};

/**
 * The further fields of the opening handshake, each line with its name and value.
 *
 * @throws TypeError when one can't be sent, or is a part of the handshake itself.
 */
export function handshakeFields(given: OutgoingFields = {}): [name: string, value: string][] {
  return furtherFields(given, HANDSHAKE_FIELDS);
}

/** The further fields of a request for an event stream. Throws like {@link handshakeFields}. */
export function eventStreamFields(given: OutgoingFields = {}): [name: string, value: string][] {
  return furtherFields(given, EVENT_STREAM_FIELDS);
}

function furtherFields(
  given: OutgoingFields,
  own: Readonly<Record<string, string>>,
): [name: string, value: string][] {
  const fields: [string, string][] = [];
  readOutgoingFields(given, {
    fieldLine(name, value) {
      requireToken('field name', name);
      requireFieldValue(name, value);
      const lower = name.toLowerCase();
      if (Object.hasOwn(own, lower)) {
        throw new TypeError(`headers must not have ${name}: it comes from ${own[lower]}`);
      }
      fields.push([name, value]);
    },
  });
  return fields;
}
