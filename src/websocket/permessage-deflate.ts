/**
 * Agreeing on permessage-deflate: what a client offers, what a server accepts, and judging both.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.1 | RFC 7692 §5 and §7.1}
 * @module
 */

import { MAX_WINDOW_BITS, windowSize } from '../deflate/window-size.ts';
import type { Parameterised } from '../http1/field-values.ts';
import type { Role } from './frame-header.ts';

/** How messages are compressed, once a peer agrees to it. */
export interface CompressionOptions {
  /** Messages of fewer octets are sent as they are. Default 64. */
  readonly threshold?: number | undefined;
  /** How far back the server's messages may refer: 2 to the power of this, 8 to 15. */
  readonly serverMaxWindowBits?: number | undefined;
  /** How far back the client's messages may refer. */
  readonly clientMaxWindowBits?: number | undefined;
  /** Each message of the server stands for itself, so that nothing is kept of it. Default `false`. */
  readonly serverNoContextTakeover?: boolean | undefined;
  /** Each message of the client stands for itself. Default `false`. */
  readonly clientNoContextTakeover?: boolean | undefined;
}

/** The same with nothing left open. */
export interface CompressionTerms {
  readonly threshold: number;
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
}

/** What was agreed on: the parameters of RFC 7692 §7.1. */
export type DeflateParameters = Omit<CompressionTerms, 'threshold'>;

/** Below so many octets, there is seldom anything to save. */
const THRESHOLD = 64;

/** A window that holds a few messages of the usual size, and costs 8 KiB to write to and 2 to read from. */
const WINDOW_BITS = 11;

/**
 * The terms that `options` make.
 *
 * A server keeps both windows of many connections; a client keeps one, and inflates what any server
 * sends.
 *
 * @throws RangeError when a window is not 2^8 to 2^15, or the threshold no number of octets.
 */
export function compressionTerms(options: CompressionOptions, role: Role): CompressionTerms {
  const { threshold = THRESHOLD, clientMaxWindowBits = WINDOW_BITS } = options;
  const { serverMaxWindowBits = role === 'server' ? WINDOW_BITS : MAX_WINDOW_BITS } = options;
  if (!(threshold >= 0)) throw new RangeError(`compression.threshold is in octets: ${threshold}`);
  windowSize(serverMaxWindowBits);
  windowSize(clientMaxWindowBits);
  return {
    threshold,
    serverMaxWindowBits,
    clientMaxWindowBits,
    serverNoContextTakeover: options.serverNoContextTakeover === true,
    clientNoContextTakeover: options.clientNoContextTakeover === true,
  };
}

/** The same where compression may be switched off. Throws like {@link compressionTerms}. */
export function compressionOf(
  given: boolean | CompressionOptions,
  role: Role,
): CompressionTerms | undefined {
  if (given === false) return undefined;
  return compressionTerms(optionsOf(given), role);
}

const OPTIONS: Readonly<Record<keyof CompressionOptions, true>> = {
  threshold: true,
  serverMaxWindowBits: true,
  clientMaxWindowBits: true,
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
};

/**
 * The options that are given, or none where there is nothing but the wish to compress.
 *
 * @throws TypeError when it is something else, RangeError when an option is not known.
 */
export function optionsOf(given: true | CompressionOptions): CompressionOptions {
  if (given === true) return {};
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`compression must be true, false or an object: ${given}`);
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown === undefined) return given;
  const known = Object.keys(OPTIONS).join(', ');
  throw new RangeError(`there is no compression.${unknown}: there are ${known}`);
}

const NAME = 'permessage-deflate';

const SERVER_NO_CONTEXT_TAKEOVER = 'server_no_context_takeover';
const CLIENT_NO_CONTEXT_TAKEOVER = 'client_no_context_takeover';
const SERVER_MAX_WINDOW_BITS = 'server_max_window_bits';
const CLIENT_MAX_WINDOW_BITS = 'client_max_window_bits';

/** A decimal integer from 8 to 15 without leading zeros. */
const BITS = /^(?:[89]|1[0-5])$/;

/**
 * The parameters of one offer or answer, those that have no value with an empty one; nothing when one
 * is not known, has no value it may have, or stands there twice.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.1 | RFC 7692 §7.1}
 */
function parametersOf(
  { parameters }: Parameterised,
  isOffer: boolean,
): ReadonlyMap<string, string> | undefined {
  const known = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (known.has(name) || !mayHave(name, value, isOffer)) return undefined;
    known.set(name, value ?? '');
  }
  return known;
}

function mayHave(name: string, value: string | undefined, isOffer: boolean): boolean {
  switch (name) {
    case SERVER_NO_CONTEXT_TAKEOVER:
    case CLIENT_NO_CONTEXT_TAKEOVER:
      return value === undefined;
    case SERVER_MAX_WINDOW_BITS:
      return value !== undefined && BITS.test(value);
    case CLIENT_MAX_WINDOW_BITS:
      return value === undefined ? isOffer : BITS.test(value);
    default:
      return false;
  }
}

/** An offer that was accepted. */
export interface AcceptedDeflate {
  readonly parameters: DeflateParameters;
  /** What Sec-WebSocket-Extensions says of it. */
  readonly value: string;
}

/**
 * Accepts the first offer of permessage-deflate that is right; nothing when none is.
 *
 * A client that can't limit its window is asked to let each message stand for itself instead, which
 * every client has to be able to: so no client costs more than the terms say. What was not offered is
 * never in the answer.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-9 | RFC 6455 §9}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-5 | RFC 7692 §5}
 */
export function acceptDeflate(
  offers: readonly Parameterised[],
  terms: CompressionTerms,
): AcceptedDeflate | undefined {
  for (const offer of offers) {
    const offered = offer.token === NAME ? parametersOf(offer, true) : undefined;
    if (offered !== undefined) return accepted(offered, terms);
  }
  return undefined;
}

function accepted(offered: ReadonlyMap<string, string>, terms: CompressionTerms): AcceptedDeflate {
  const canLimit = offered.has(CLIENT_MAX_WINDOW_BITS);
  const parameters = {
    serverNoContextTakeover:
      terms.serverNoContextTakeover || offered.has(SERVER_NO_CONTEXT_TAKEOVER),
    clientNoContextTakeover:
      terms.clientNoContextTakeover ||
      offered.has(CLIENT_NO_CONTEXT_TAKEOVER) ||
      (!canLimit && terms.clientMaxWindowBits < MAX_WINDOW_BITS),
    serverMaxWindowBits: least(terms.serverMaxWindowBits, offered.get(SERVER_MAX_WINDOW_BITS)),
    clientMaxWindowBits: canLimit
      ? least(terms.clientMaxWindowBits, offered.get(CLIENT_MAX_WINDOW_BITS))
      : MAX_WINDOW_BITS,
  };
  return { parameters, value: answerOf(parameters, offered.has(SERVER_MAX_WINDOW_BITS)) };
}

/** The smaller of two windows, of which the second may not have been said. */
function least(bits: number, said: string | undefined): number {
  return said ? Math.min(bits, Number(said)) : bits;
}

/** Windows of 2^15 need not be told, but to a client that has asked for one. */
function answerOf(parameters: DeflateParameters, hasAsked: boolean): string {
  const { serverMaxWindowBits, clientMaxWindowBits } = parameters;
  const parts = [NAME];
  if (parameters.serverNoContextTakeover) parts.push(SERVER_NO_CONTEXT_TAKEOVER);
  if (parameters.clientNoContextTakeover) parts.push(CLIENT_NO_CONTEXT_TAKEOVER);
  if (hasAsked || serverMaxWindowBits < MAX_WINDOW_BITS) {
    parts.push(`${SERVER_MAX_WINDOW_BITS}=${serverMaxWindowBits}`);
  }
  if (clientMaxWindowBits < MAX_WINDOW_BITS) {
    parts.push(`${CLIENT_MAX_WINDOW_BITS}=${clientMaxWindowBits}`);
  }
  return parts.join('; ');
}

/**
 * What a client's Sec-WebSocket-Extensions offers. It says that it can limit its own window, and
 * limits the server's only when told to: not every server can.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.1 | RFC 7692 §7.1}
 */
export function deflateOffer(terms: CompressionTerms): string {
  const parts = [NAME, CLIENT_MAX_WINDOW_BITS];
  if (terms.serverNoContextTakeover) parts.push(SERVER_NO_CONTEXT_TAKEOVER);
  if (terms.clientNoContextTakeover) parts.push(CLIENT_NO_CONTEXT_TAKEOVER);
  if (terms.serverMaxWindowBits < MAX_WINDOW_BITS) {
    parts.push(`${SERVER_MAX_WINDOW_BITS}=${terms.serverMaxWindowBits}`);
  }
  return parts.join('; ');
}

/**
 * Judges the extensions that a server has accepted of {@link deflateOffer}; nothing when they are wrong.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7692#section-7.1 | RFC 7692 §5 and §7.1}
 */
export function judgeDeflateAnswer(
  extensions: readonly Parameterised[],
  terms: CompressionTerms,
): DeflateParameters | undefined {
  const [answer, ...others] = extensions;
  if (answer?.token !== NAME || others.length > 0) return undefined;
  const answered = parametersOf(answer, false);
  if (answered === undefined) return undefined;
  const serverNoContextTakeover = answered.has(SERVER_NO_CONTEXT_TAKEOVER);
  const serverMaxWindowBits = least(MAX_WINDOW_BITS, answered.get(SERVER_MAX_WINDOW_BITS));
  const isTooMuch =
    serverMaxWindowBits > terms.serverMaxWindowBits ||
    (terms.serverNoContextTakeover && !serverNoContextTakeover);
  if (isTooMuch) return undefined;
  return {
    serverNoContextTakeover,
    clientNoContextTakeover:
      terms.clientNoContextTakeover || answered.has(CLIENT_NO_CONTEXT_TAKEOVER),
    serverMaxWindowBits,
    clientMaxWindowBits: least(terms.clientMaxWindowBits, answered.get(CLIENT_MAX_WINDOW_BITS)),
  };
}
