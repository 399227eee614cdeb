import { captured, matches } from './grammar.ts';
import { absoluteForm, asteriskForm, authorityForm, originForm } from './http-grammar.ts';

/** What a request target means. */
export interface RequestTargetMeaning {
  readonly form: 'origin' | 'absolute' | 'authority' | 'asterisk';
  readonly path: string;
  readonly authority: string | undefined;
  readonly scheme: 'http' | 'https' | undefined;
}

const NO_AUTHORITY = { authority: undefined, scheme: undefined };

/** Reads the target of a request with this method; nothing when it may not have it. @see RFC 9112 §3.2 */
export function readRequestTarget(
  method: string,
  target: string,
): RequestTargetMeaning | undefined {
  if (method === 'CONNECT') return readAuthorityForm(target);
  if (matches(originForm, target)) return { form: 'origin', path: target, ...NO_AUTHORITY };
  if (matches(asteriskForm, target)) {
    return method === 'OPTIONS' ? { form: 'asterisk', path: '*', ...NO_AUTHORITY } : undefined;
  }
  return readAbsoluteForm(method, target);
}

/** @see RFC 9112 §3.2.3, RFC 9110 §9.3.6 */
function readAuthorityForm(target: string): RequestTargetMeaning | undefined {
  const part = (name: string) => captured(authorityForm, target, name)?.[0];
  if (!part('uri-host') || !part('port')) return undefined;
  return { form: 'authority', path: '', authority: target, scheme: undefined };
}

/** @see RFC 9112 §3.2.1, §3.2.2 and §3.2.4, RFC 9110 §4.2 */
function readAbsoluteForm(method: string, target: string): RequestTargetMeaning | undefined {
  const part = (name: string) => captured(absoluteForm, target, name)?.[0];
  if (!part('uri-host')) return undefined;
  const rest = part('path')!;
  const empty = method === 'OPTIONS' ? '*' : '/';
  const path = rest === '' ? empty : rest.replace(/^\?/, '/?');
  const scheme = part('scheme')!.toLowerCase() as 'http' | 'https';
  return { form: 'absolute', path, authority: part('authority'), scheme };
}
