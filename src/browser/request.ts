import type { Attempt, ConnectOptions, Provider } from './types.ts';

/** Makes requests to one address, each with a fresh token. */
export type RequestMaker = (
  /** Parameters of the URL: those that are undefined are left out. */
  parameters: readonly (readonly [name: string, value: string | number | undefined])[],
  canHaveFields: boolean | undefined,
  /** What else it is. Its body is JSON. */
  further?: RequestInit,
) => Promise<Pick<Attempt, 'url' | 'init'>>;

/** Requests to `address`, whose own parameters stay. */
export function requestsTo(
  address: URL,
  { token, headers, credentials }: ConnectOptions<never>,
): RequestMaker {
  return async (parameters, canHaveFields, further) => {
    const url = new URL(address.href);
    const append = (name: string, value: unknown): void => {
      if (value !== undefined) url.searchParams.append(name, String(value));
    };
    for (const [name, value] of parameters) append(name, value);

    const fields: Record<string, string> = {};
    const secret = await provided(token);
    if (!canHaveFields) append('token', secret);
    else {
      if (secret !== undefined) fields['authorization'] = `Bearer ${secret}`;
      Object.assign(fields, await provided(headers));
    }
    if (further?.body) fields['content-type'] = 'application/json';
    const init: RequestInit = { headers: fields, cache: 'no-store', credentials: credentials! };
    return { url: url.href, init: Object.assign(init, further) };
  };
}

function provided<T>(provider: Provider<T> | undefined): T | Promise<T> | undefined {
  return typeof provider === 'function' ? (provider as () => T | Promise<T>)() : provider;
}
