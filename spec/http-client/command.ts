/**
 * A client of HTTP that is a program of its own: it reads what to ask for on its standard input, a line
 * of JSON each, and tells on its standard output what came of it.
 *
 * @module
 */

import { Program } from '../program.ts';
import { hearLines } from '../told-lines.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './probe.ts';

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

  constructor(program: Program) {
    this.#program = program;
    hearLines<HttpAnswer & { readonly id: number }>(
      program.output,
      ({ id = 0, ...answer }) => this.#asked.get(id)?.(answer),
      () => this.close(),
    );
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
}
