import type { HttpAnswer, HttpClient, HttpRequest } from '../../../spec/http-client/probe.ts';
import { RightClient } from './right-client.ts';

/** The ways in which a page can be made to differ from one that is right. */
export interface PageQuirks {
  /** Asks for leave before everything, or before nothing. */
  readonly preflights?: 'always' | 'never';
  /** What it sends in place of its origin. */
  readonly origins?: readonly string[];
  /** Takes `*` for each name of a field. */
  readonly isWild?: true;
  /** Names no fields in a preflight. */
  readonly isTerse?: true;
  /** Names fields as they come. */
  readonly isUnsorted?: true;
  /** Sends cookies with everything. */
  readonly isGenerous?: true;
  /** Looks at the fields of a preflight alone, and not at its status. */
  readonly isStatusBlind?: true;
  /** Does not look at the methods, or the fields, that are allowed. */
  readonly ignores?: 'methods' | 'fields';
  /** Reads every response. */
  readonly isNosy?: true;
}

const ORIGIN = 'http://page.example:8080';
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'POST'];
const SAFE_TYPES = /^(text\/plain|multipart\/form-data|application\/x-www-form-urlencoded)/;

type FieldLines = readonly (readonly [name: string, value: string])[];

/** A page that keeps to CORS, but for its quirks. @see Fetch §4 */
export class RightPage implements HttpClient {
  readonly #client = new RightClient();
  readonly #quirks: PageQuirks;
  #cookie: string | undefined;

  constructor(quirks: PageQuirks) {
    this.#quirks = quirks;
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return { ...(await this.#fetch(request)), origin: ORIGIN };
    } catch (error) {
      return { error: String(error), origin: ORIGIN };
    }
  }

  close(): void {
    this.#client.close();
  }

  async #fetch(request: HttpRequest): Promise<HttpAnswer> {
    const { fields = [], credentials = false, method = 'GET' } = request;
    const { preflights, isNosy } = this.#quirks;
    const isSafe = SAFE_METHODS.includes(method) && unsafe(fields).length === 0;
    const isAsking = preflights === undefined ? !isSafe : preflights === 'always';
    if (isAsking) await this.#preflight(request);
    const sent = [...fields, ...this.#origins(), ...this.#cookies(credentials)];
    const answer = await this.#client.request({ ...request, fields: sent });
    this.#cookie = fieldOf(answer, 'set-cookie') ?? this.#cookie;
    if (!isNosy) check(answer, credentials);
    return answer;
  }

  async #preflight({ url, method = 'GET', fields = [], credentials = false }: HttpRequest) {
    const { isTerse, isUnsorted, isGenerous, isStatusBlind, isWild, ignores } = this.#quirks;
    const names = unsafe(fields);
    const named = (isUnsorted ? names : names.toSorted()).join(isUnsorted ? ', ' : ',');
    const sent: [string, string][] = [
      ['Accept', '*/*'],
      ['Access-Control-Request-Method', method],
      ...this.#origins(),
      ...(isGenerous ? this.#cookies(true) : []),
    ];
    if (named !== '' && !isTerse) sent.push(['Access-Control-Request-Headers', named]);
    const answer = await this.#client.request({ url, method: 'OPTIONS', fields: sent });
    check(answer, credentials);
    const isOk = answer.status! >= 200 && answer.status! <= 299;
    if (!isOk && !isStatusBlind) throw new TypeError(`the preflight was answered ${answer.status}`);
    const methods = listed(answer, 'access-control-allow-methods');
    const allowed = listed(answer, 'access-control-allow-headers');
    const isMethod = SAFE_METHODS.includes(method) || methods.includes(method.toLowerCase());
    if (!isMethod && ignores !== 'methods') throw new TypeError(`${method} is not allowed`);
    const isCovered = (name: string) =>
      allowed.includes(name) || (allowed.includes('*') && (name !== 'authorization' || isWild));
    if (!names.every(isCovered) && ignores !== 'fields')
      throw new TypeError('a field is not allowed');
  }

  #origins(): [string, string][] {
    return (this.#quirks.origins ?? [ORIGIN]).map((origin) => ['Origin', origin]);
  }

  #cookies(isWanted: boolean): [string, string][] {
    return isWanted && this.#cookie !== undefined ? [['Cookie', this.#cookie]] : [];
  }
}

/** The names of the fields that need leave, in lower case. @see Fetch §2.2.2 */
function unsafe(fields: FieldLines): string[] {
  return fields
    .filter(([name, value]) => !(name.toLowerCase() === 'content-type' && SAFE_TYPES.test(value)))
    .map(([name]) => name.toLowerCase());
}

/** @throws TypeError when the response is not for this page. @see Fetch §4.10 */
function check(answer: HttpAnswer, hasCredentials: boolean): void {
  const allowed = fieldOf(answer, 'access-control-allow-origin');
  const isForAll = allowed === '*' && !hasCredentials;
  const isCredited = fieldOf(answer, 'access-control-allow-credentials') === 'true';
  const isForUs = allowed === ORIGIN && (!hasCredentials || isCredited);
  if (!isForAll && !isForUs) throw new TypeError(`the response is for ${allowed}`);
}

function fieldOf({ fields = [] }: HttpAnswer, name: string): string | undefined {
  const values = fields.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

function listed(answer: HttpAnswer, name: string): string[] {
  return (fieldOf(answer, name) ?? '').split(',').map((each) => each.trim().toLowerCase());
}
