/**
 * `HTTPParser` of `node:_http_common`: llhttp, which is C, as node:http calls it.
 *
 * @module
 */

import { createRequire } from 'node:module';

interface HttpParser {
  initialize(type: number, resource: object): void;
  execute(octets: Uint8Array): number | Error;
  [event: number]: (...details: readonly unknown[]) => number;
}

interface HttpCommon {
  readonly HTTPParser: {
    new (): HttpParser;
    readonly REQUEST: number;
    readonly kOnHeadersComplete: number;
    readonly kOnBody: number;
  };
}

const { HTTPParser } = createRequire(import.meta.url)('node:_http_common') as HttpCommon;

/** A parser of requests that counts the heads and the pieces of content it tells of. */
export class Llhttp {
  heads = 0;
  pieces = 0;
  readonly #parser = new HTTPParser();

  constructor() {
    this.#parser[HTTPParser.kOnHeadersComplete] = () => {
      this.heads++;
      return 0;
    };
    this.#parser[HTTPParser.kOnBody] = () => {
      this.pieces++;
      return 0;
    };
  }

  /** Begins anew, as with another connection. */
  begin(): void {
    this.#parser.initialize(HTTPParser.REQUEST, {});
  }

  /** Parses octets, which must all be right. */
  parse(octets: Uint8Array): void {
    if (this.#parser.execute(octets) !== octets.length) throw new Error('not understood');
  }
}
