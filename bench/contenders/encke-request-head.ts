/** encke's decoder of request heads: a head a time, from a reader that got it whole. */
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { DEFAULT_HEAD_LIMITS } from '../../src/http1/limits.ts';
import { RequestHeadDecoder } from '../../src/http1/request-head.ts';
import { alternatingHeads } from '../load/request-heads.ts';
import { workAlone } from './contender.ts';

const nextHead = alternatingHeads(process.argv[2] === 'minimal' ? 'minimal' : 'browser');
const decoder = new RequestHeadDecoder(DEFAULT_HEAD_LIMITS);
const reader = new ByteReader();

workAlone(() => {
  reader.feed(nextHead());
  if (decoder.decode(reader) === undefined || reader.available > 0) throw new Error('not a head');
});
