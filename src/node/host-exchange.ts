import type { Fields } from '../http1/fields.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { RequestTarget } from '../http1/request-target.ts';
import type { AllowList } from '../hub/admission.ts';
import type { Carrier } from '../hub/carrier.ts';
import type { ExchangeListener } from '../hub/exchange.ts';
import { type Scheme, schemeOf } from '../hub/scheme.ts';

/** What a connection tells of its ends. */
export type Ends = Pick<Carrier, 'remoteAddress' | 'localAddress' | 'secure'>;

/**
 * What all exchanges tell alike that a host server hands over, however they are answered: what is asked
 * for, and by whom.
 */
export abstract class HostExchange<Source> {
  listener: ExchangeListener | undefined = undefined;
  readonly head: RequestHead;
  readonly url: string;
  readonly host: string | undefined;
  readonly source: Source;
  readonly chunks = undefined;
  readonly #ends: Ends;
  readonly #proxies: AllowList;

  /**
   * @param source - What the application sees of the host server's.
   * @param ends - Asked each time that somebody wants to know.
   * @param proxies - Who is believed what it says of the scheme.
   */
  constructor(
    source: Source,
    head: RequestHead,
    target: RequestTarget,
    ends: Ends,
    proxies: AllowList,
  ) {
    this.source = source;
    this.head = head;
    this.url = target.path;
    this.host = target.authority ?? head.fields.get('host');
    this.#ends = ends;
    this.#proxies = proxies;
  }

  get fields(): Fields {
    return this.head.fields;
  }

  get remoteAddress(): string | undefined {
    return this.#ends.remoteAddress;
  }

  get localAddress(): string | undefined {
    return this.#ends.localAddress;
  }

  get secure(): boolean {
    return this.#ends.secure;
  }

  get scheme(): Scheme | undefined {
    return schemeOf(this, this.#proxies);
  }
}
