import { CR, LF } from '../bytes/ascii.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import { latin1 } from '../bytes/latin1.ts';
import { HttpError } from '../errors.ts';
import type { RequestHead } from './request-head.ts';
import { parseRequestTarget, type RequestTarget } from './request-target.ts';
import type { AnsweredRequest } from './response-framing.ts';

/**
 * Judges what a whole head alone can show: its target, and whether a server like this one may serve
 * the request at all. It is no proxy, so there are no tunnels; and TRACE would repeat credentials to
 * whoever asks.
 *
 * @param secure - Whether the connection is secured, which the scheme https asks for.
 * @throws {@link HttpError} `HTTP_TARGET`, `HTTP_METHOD_UNSUPPORTED` or `HTTP_MISDIRECTED`.
 * @see RFC 9110 §9.3.6, §9.3.8 and §7.4
 */
export function judgeRequest({ method, target }: RequestHead, secure: boolean): RequestTarget {
  const judged = parseRequestTarget(method, target);
  const isRefused = method === 'CONNECT' || method === 'TRACE';
  if (isRefused) throw new HttpError('HTTP_METHOD_UNSUPPORTED', method);
  if (judged.scheme === 'https' && !secure) throw new HttpError('HTTP_MISDIRECTED');
  return judged;
}

/** What can be told of a request whose head can't be: the answer to HEAD has no content even then. */
export function requestAtFault({ octets, position, end }: ByteReader): AnsweredRequest {
  let start = position;
  while (octets[start] === CR || octets[start] === LF) start++;
  const isHead = latin1(octets, start, Math.min(start + 5, end)) === 'HEAD ';
  return { method: isHead ? 'HEAD' : 'GET', minorVersion: 1 };
}
