/**
 * Decoders of request heads, which connections hand on: only one whose head has begun, and is not all
 * there, needs a decoder of its own. It is a sixth of what a connection that waits would hold
 * (npm run bench -- --only memory).
 *
 * @module
 */
import type { HeadLimits } from './limits.ts';
import { RequestHeadDecoder } from './request-head.ts';

/** A decoder that is between two heads. */
export function takeHeadDecoder(limits: HeadLimits): RequestHeadDecoder {
  if (spare === undefined || spareLimits !== limits) return new RequestHeadDecoder(limits);
  const decoder = spare;
  spare = undefined;
  return decoder;
}

/** Hands on a decoder that is between two heads. Not one that has thrown: it stands in what it refused. */
export function handOnHeadDecoder(decoder: RequestHeadDecoder, limits: HeadLimits): void {
  spare = decoder;
  spareLimits = limits;
}

let spare: RequestHeadDecoder | undefined;
/** The limits of {@link spare}. */
let spareLimits: HeadLimits | undefined;
