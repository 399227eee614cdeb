import type { Backplane } from '../channel/index.ts';
import type { AllowList } from '../hub/admission.ts';
import { type NamesOf, optionalFunction, requireOptions } from '../hub/known-options.ts';
import type { Limits } from '../hub/limits.ts';
import { requireMilliseconds } from '../hub/options.ts';

/** The options of `createHub`. */
export interface HubOptions {
  /**
   * The host names that requests may ask for, with or without a port; `'*'` for any. By default a
   * connection that came in on a loopback address may ask for loopback names only, any other for any.
   */
  readonly hosts?: AllowList | undefined;
  /** Origins whose pages may connect besides the server's own; `'*'` for all. Default: none. */
  readonly origins?: AllowList | undefined;
  /**
   * The addresses of proxies that are trusted; `'*'` for any, where nobody else can reach the server.
   * What they say in `X-Forwarded-Proto` is the scheme that a page's origin is compared with. Without
   * them it is known of connections over TLS alone, and of others either scheme is accepted.
   */
  readonly proxies?: AllowList | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /**
   * Milliseconds of silence after which a WebSocket peer is pinged (after as many again it is given
   * up), and a live client is told that all is well. 0: never. Default 20 s.
   */
  readonly heartbeat?: number | undefined;
  /** Where the entries of channels get their order, if several hubs share a log. Default: this process. */
  readonly backplane?: HubBackplane | undefined;
  /** Told of what handlers throw or reject with. Default: `console.error`. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const HUB_OPTIONS: NamesOf<HubOptions> = {
  hosts: true,
  origins: true,
  proxies: true,
  limits: true,
  heartbeat: true,
  backplane: true,
  onError: true,
};

/** @throws TypeError when an option is not known, or nobody could be told of errors. */
export function requireHubOptions(given: HubOptions): void {
  requireOptions('createHub', given, HUB_OPTIONS);
  optionalFunction('onError', given.onError);
}

/** A log that several hubs share, and its name. */
export interface HubBackplane extends Backplane {
  /** Names this incarnation of the log: 1 to 64 letters and digits. */
  readonly epoch: string;
}

/** How a hub is closed. */
export interface CloseOptions {
  /**
   * Milliseconds over which the clients of live routes are asked to come back, each at a time of its
   * own, so that the next server does not get them all at once. Default 0.
   */
  readonly drain?: number | undefined;
}

/** @throws TypeError when they are none, RangeError when it can't be waited for so long. */
export function requireCloseOptions(given: CloseOptions): void {
  requireOptions('hub.close', given, { drain: true });
  requireMilliseconds('drain', given.drain ?? 0);
}

/** Where a hub listens. */
export interface ListenOptions {
  /** The TCP port; 0, the default, for one that is free. */
  readonly port?: number | undefined;
  /** The address to bind. Default `127.0.0.1`: to be reached from elsewhere has to be asked for. */
  readonly host?: string | undefined;
}

/** @throws TypeError when they are none. */
export function requireListenOptions(given: ListenOptions): void {
  requireOptions('hub.listen', given, { port: true, host: true });
}

/** Where a hub was found to listen. */
export interface Address {
  readonly port: number;
  readonly host: string;
  /** The address as a browser takes it. */
  readonly url: string;
}
