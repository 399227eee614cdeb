/**
 * A client of HTTP that is a program of its own: it reads what to ask for on its standard input, a line
 * of JSON each, and tells on its standard output what came of it.
 *
 * @module
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

import { end } from '../command-client.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './probe.ts';

/** How many octets a client may tell, before it is ended. */
const MAX_TOLD = 2 ** 27;

/**
 * Clients, each of which is a run of a command. In its arguments `{url}` stands for the origin of the server
 * that it is sent to.
 *
 * @param onFailure - Told when the command can't be started.
 */
export function httpClientOf(
  [program, ...args]: readonly string[],
  onFailure: (error: Error) => void = () => {},
): (origin: string) => HttpClient {
  return (origin) => {
    const filled = args.map((arg) => arg.replaceAll('{url}', origin));
    const child = spawn(program!, filled, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    child.on('error', onFailure);
    return new CommandClient(child);
  };
}

/** A run of a client. */
class CommandClient implements HttpClient {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #asked = new Map<number, (answer: HttpAnswer) => void>();
  #count = 0;
  #told = '';
  #octets = 0;

  constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    child.stdin.on('error', () => {});
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
  }

  request(request: HttpRequest): Promise<HttpAnswer> {
    const id = ++this.#count;
    this.#child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    return new Promise((resolve) => this.#asked.set(id, resolve));
  }

  close(): void {
    end(this.#child);
  }

  /** What is no line of JSON is the client's own business. */
  #hear(text: string): void {
    this.#octets += text.length;
    if (this.#octets > MAX_TOLD) this.close();
    const lines = (this.#told + text).split('\n');
    this.#told = lines.pop()!;
    for (const line of lines) {
      const { id, ...answer } = readLine(line);
      this.#asked.get(id ?? 0)?.(answer);
    }
  }
}

function readLine(line: string): HttpAnswer & { readonly id?: number } {
  try {
    const told: unknown = JSON.parse(line);
    return typeof told === 'object' && told !== null ? told : {};
  } catch {
    return {};
  }
}
