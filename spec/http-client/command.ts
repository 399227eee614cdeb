/**
 * A client of HTTP that is a program of its own: it reads what to ask for on its standard input, a line
 * of JSON each, and tells on its standard output what came of it.
 *
 * @module
 */

import { Program } from '../program.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './probe.ts';

/** How many octets a client may tell, before it is ended. */
const MAX_TOLD = 2 ** 27;

/**
 * Clients, each of which is a run of a command. In its arguments `{url}` stands for the origin of the server
 * that it is sent to.
 *
 * @param onStart - Told of each program that is started.
 */
export function httpClientOf(
  command: readonly string[],
  onStart: (program: Program) => void = () => {},
): (origin: string) => HttpClient {
  return (origin) => {
    const program = new Program(
      command.map((word) => word.replaceAll('{url}', origin)),
      true,
    );
    onStart(program);
    return new CommandClient(program);
  };
}

/** A run of a client. */
class CommandClient implements HttpClient {
  readonly #program: Program;
  readonly #asked = new Map<number, (answer: HttpAnswer) => void>();
  #count = 0;
  #told = '';
  #octets = 0;

  constructor(program: Program) {
    this.#program = program;
    program.output.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
  }

  get whenFailed(): Promise<string> {
    return this.#program.whenFailed;
  }

  request(request: HttpRequest): Promise<HttpAnswer> {
    const id = ++this.#count;
    this.#program.input.write(`${JSON.stringify({ id, ...request })}\n`);
    return new Promise((resolve) => this.#asked.set(id, resolve));
  }

  close(): void {
    this.#program.end();
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
