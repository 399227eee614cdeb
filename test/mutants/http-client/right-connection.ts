import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely, type PeerCertificate } from 'node:tls';

import {
  announcesClose,
  fieldValue,
  type Response,
  readResponse,
} from '../../../spec/models/response.ts';
import type { Quirks } from './quirks.ts';

/** How long it waits for a 100, in milliseconds: more than a busy machine may stand still. */
const WAIT_FOR_CONTINUE = 1_000;

/** What was left open. */
export class Cut extends Error {
  /** Whether anything had come of the response. */
  readonly isBegun: boolean;

  constructor(isBegun: boolean) {
    super('the connection ended before the response');
    this.isBegun = isBegun;
  }
}

/** A connection of a client that is right, but for its quirks. */
export class RightConnection {
  isUsable = true;
  isIdle = false;
  version = '';
  readonly #socket: Socket;
  readonly #quirks: Quirks;
  #octets = '';
  #isEnded = false;
  #wake: () => void = () => {};

  constructor(socket: Socket, quirks: Quirks) {
    this.#socket = socket;
    this.#quirks = quirks;
    socket.setNoDelay(true);
    socket.on('data', (octets: Buffer) => this.#hear(octets.toString('latin1')));
    socket.on('drain', () => this.#wake());
    socket.on('end', () => this.#hearEnd());
    socket.on('error', () => this.#hearEnd());
    socket.on('close', () => this.#hearEnd());
  }

  static async open(url: URL, quirks: Quirks): Promise<RightConnection> {
    const socket = connect({
      host: url.hostname,
      port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
      allowHalfOpen: true,
    });
    await opened(socket, 'connect');
    return new RightConnection(socket, quirks);
  }

  /** The same, inside TLS. */
  async secure(host: string, authority: string | undefined): Promise<RightConnection> {
    this.#socket.removeAllListeners();
    const { trusts } = this.#quirks;
    const secured = connectSecurely({
      socket: this.#socket,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(authority === undefined ? {} : { ca: authority }),
      rejectUnauthorized: trusts !== 'anybody',
      checkServerIdentity: (_, certificate) => judgeName(host, certificate, trusts === 'names'),
    });
    secured.on('error', () => {});
    await opened(secured, 'secureConnect');
    return new RightConnection(secured, this.#quirks);
  }

  /** Sends a head, and the content behind it, when it may. */
  async send(head: string, content: string, isExpecting: boolean): Promise<void> {
    const { says = (octets) => octets, isHasty, isPatient, isSilent, isDeaf } = this.#quirks;
    const waits = (isExpecting && !isHasty) || (isSilent && content !== '');
    const octets = says(waits ? head : head + content);
    this.#socket.write(octets, 'latin1');
    if (isDeaf && content !== '') await this.#until(() => this.#socket.writableLength === 0);
    if (!waits) return;
    const isAnswered = await this.#until(
      () => this.#octets.includes('\r\n\r\n'),
      isPatient || isSilent ? undefined : WAIT_FOR_CONTINUE,
    );
    if (!isAnswered || /^HTTP\/1\.1 100/.test(this.#octets)) this.#socket.write(content, 'latin1');
  }

  /** The response to a request by this method. */
  async receive(method: string): Promise<Response> {
    for (;;) {
      await this.#until(() => /\r\n\r\n|^[^\r\n]*\n/.test(this.#octets));
      if (!this.#octets.includes('\r\n\r\n')) throw new Cut(this.#octets !== '');
      const head = headOf(this.#octets);
      judgeHead(head, this.#quirks);
      let response: Response | undefined;
      await this.#until(() => {
        const octets = head + this.#octets.slice(headLength(this.#octets));
        response = readResponse(Buffer.from(octets, 'latin1'), method, this.#isEnded);
        return response !== undefined;
      });
      if (response === undefined) throw new Cut(true);
      const length = response.length + headLength(this.#octets) - head.length;
      this.#octets = this.#octets.slice(length);
      if (response.status >= 100 && response.status < 200) continue;
      judge(response, this.#quirks);
      this.#judgePersistence(response, method);
      return response;
    }
  }

  /** Whether a proxy lets a tunnel begin, which is all that its head says. */
  async receiveTunnel(): Promise<number> {
    await this.#until(() => this.#octets.includes('\r\n\r\n'));
    const [head] = this.#octets.split('\r\n\r\n');
    this.#octets = this.#octets.slice(head!.length + 4);
    return Number(/^HTTP\/1\.[01] (\d{3})/.exec(head!)?.[1] ?? 0);
  }

  end(): void {
    this.isUsable = false;
    if (this.#quirks.isIdle) return;
    if (this.#quirks.isAbrupt) this.#socket.destroy();
    else this.#socket.end();
    setTimeout(() => this.#socket.destroy(), 20);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #judgePersistence(response: Response, method: string): void {
    const { isClinging, isForgetful, isCredulous } = this.#quirks;
    this.version = response.version;
    const isLastOne =
      announcesClose(response) ||
      (method !== 'HEAD' && response.framing === 'close') ||
      (response.version === 'HTTP/1.0' && response.framing === 'chunked') ||
      (this.#octets !== '' && !isCredulous) ||
      this.#isEnded;
    this.isUsable = isForgetful !== true && (isClinging === true || !isLastOne);
  }

  #hear(octets: string): void {
    this.#octets += this.#quirks.hears?.(octets) ?? octets;
    if (this.isIdle && !this.#quirks.isCredulous) this.end();
    this.#wake();
  }

  #hearEnd(): void {
    this.#isEnded = true;
    if (this.isIdle) this.end();
    this.#wake();
  }

  async #until(condition: () => boolean, milliseconds = 60_000): Promise<boolean> {
    if (condition() || this.#isEnded) return condition();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds).unref();
      this.#wake = () => {
        if (!condition() && !this.#isEnded) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
    return condition();
  }
}

/** Waits until a socket is open. */
function opened(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was refused')));
  });
}

/** @see RFC 9110 §4.3.4 */
function judgeName(
  host: string,
  { subject, subjectaltname = '' }: PeerCertificate,
  byName: boolean,
) {
  const kind = isIP(host) === 0 ? 'DNS' : 'IP Address';
  if (subjectaltname.split(', ').includes(`${kind}:${host}`)) return undefined;
  return byName && subject.CN === host ? undefined : new Error(`${host} is not in the certificate`);
}

/** The head with its folded lines unfolded. @see RFC 9112 §5.2 */
function headOf(octets: string): string {
  const end = headLength(octets);
  const [statusLine, ...lines] = octets.slice(0, end).split('\r\n');
  return `${statusLine}\r\n${lines.join('\r\n').replace(/\r\n[ \t]+/g, ' ')}`;
}

function headLength(octets: string): number {
  return octets.indexOf('\r\n\r\n') + 4;
}

/** @throws Error when the head can't be understood. */
function judgeHead(head: string, { isLenient }: Quirks): void {
  if (isLenient) return;
  const status = Number(/^HTTP\/1\.\d (\d{3}) /.exec(head)?.[1] ?? 0);
  if (status < 100 || status > 599) throw new Error(`no status: ${head.slice(0, 40)}`);
}

/** @throws Error when the response is not what the grammar says, or not whole. */
function judge(response: Response, { isLenient }: Quirks): void {
  if (isLenient) return;
  const codings = fieldValue(response, 'transfer-encoding');
  const length = Number(fieldValue(response, 'content-length') ?? 0);
  if (response.faults.length > 0) throw new Error(response.faults[0]!.detail);
  if (codings !== undefined && codings.toLowerCase() !== 'chunked') throw new Error(codings);
  if (!Number.isSafeInteger(length)) throw new Error(`Content-Length: ${length}`);
}
