/**
 * Options that would fail in silence: an origin without a scheme matches no page, and nobody would
 * learn why. So they are judged where they are given.
 *
 * @module
 */
import { parseHost } from '../http1/host.ts';
import { type AllowList, isOrigin } from './admission.ts';
import { canonicalAddress } from './scheme.ts';

/**
 * @throws TypeError when they are neither `'*'` nor a list of serialised origins (`https://a.example`,
 * `http://localhost:8080`, `null`).
 */
export function requireOrigins(origins: AllowList): AllowList {
  requireList(origins, 'origins', isOrigin, 'an origin, such as https://app.example');
  return origins;
}

/** @throws TypeError when they are neither `'*'` nor a list of hosts, with or without ports. */
export function requireHosts(hosts: AllowList | undefined): AllowList | undefined {
  const isHost = (host: string) => host !== '' && parseHost(host) !== undefined;
  if (hosts !== undefined) requireList(hosts, 'hosts', isHost, 'a host, such as app.example');
  return hosts;
}

/** @throws TypeError when they are neither `'*'` nor a list of addresses. */
export function requireProxies(proxies: AllowList): AllowList {
  requireList(proxies, 'proxies', isAddress, 'an address, such as 127.0.0.1');
  return proxies === '*' ? proxies : proxies.map(canonicalAddress);
}

function isAddress(text: string): boolean {
  return text.includes(':') ? URL.canParse(`http://[${text}]`) : IPV4_ADDRESS.test(text);
}

const IPV4_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** @throws RangeError when it is not a number of milliseconds, or 0 for none. */
export function requireHeartbeat(heartbeat: number): number {
  return requireMilliseconds('heartbeat', heartbeat);
}

/** @throws RangeError when it is not a number of milliseconds, or 0 for none. */
export function requireMilliseconds(name: string, time: number): number {
  const isTime = typeof time === 'number' && Number.isFinite(time) && time >= 0;
  if (isTime) return time;
  throw new RangeError(`${name} is in milliseconds, or 0 for none: ${time}`);
}

function requireList(
  list: AllowList,
  name: string,
  isMember: (text: string) => boolean,
  what: string,
): void {
  if (list === '*') return;
  if (!Array.isArray(list)) throw new TypeError(`${name} is '*' or a list: ${String(list)}`);
  for (const member of list as readonly unknown[]) {
    if (typeof member === 'string' && isMember(member)) continue;
    throw new TypeError(`${name} has ${JSON.stringify(member)}, which is not ${what}`);
  }
}
