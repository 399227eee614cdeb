/**
 * `HTTPParser` of `node:_http_common`, llhttp as node:http calls it: a request head a time, given
 * to a callback that takes it and does nothing with it.
 */
import { createRequire } from 'node:module';
import { alternatingHeads } from '../load/request-heads.ts';
import { workAlone } from './contender.ts';

interface HttpParser {
  initialize(type: number, resource: object): void;
  execute(octets: Uint8Array): number | Error;
  [onHeadersComplete: number]: (...head: readonly unknown[]) => number;
}

interface HttpCommon {
  readonly HTTPParser: {
    new (): HttpParser;
    readonly REQUEST: number;
    readonly kOnHeadersComplete: number;
  };
}

const { HTTPParser } = createRequire(import.meta.url)('node:_http_common') as HttpCommon;
const nextHead = alternatingHeads(process.argv[2] === 'minimal' ? 'minimal' : 'browser');

const parser = new HTTPParser();
let heads = 0;
parser.initialize(HTTPParser.REQUEST, {});
parser[HTTPParser.kOnHeadersComplete] = () => {
  heads++;
  return 0;
};

workAlone(() => {
  const before = heads;
  const head = nextHead();
  if (parser.execute(head) !== head.length || heads !== before + 1) throw new Error('not a head');
});
