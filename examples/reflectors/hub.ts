/**
 * The reflector of `encke conform` as a handler of a hub. It can't send early hints and trailers, to
 * which a handler has no way.
 *
 * @see docs/conformance.md
 * @module
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Request } from 'encke';

import { type Asked, Notes, piecesOf, readAsked } from './asked.ts';

const PLAIN_TEXT = { 'Content-Type': 'text/plain; charset=utf-8' };

/** A handler that answers as the query asks. */
export function reflector(): (request: Request) => Promise<Answer> {
  const notes = new Notes();
  return (request) => reflect(request, notes);
}

async function reflect(request: Request, notes: Notes): Promise<Answer> {
  const asked = readAsked(request.url);
  if (asked.early !== undefined || asked.trailers.length > 0) {
    return { status: 501, body: 'a handler of a hub has no way to do this\n' };
  }
  if (asked.token !== undefined) note(asked.token, request, notes);
  if (!asked.unread) await request.body.bytes();
  // Not until the signal: it also tells of a client that has ended its side and wants its answer.
  if (asked.wait > 0) await sleep(asked.wait, undefined, { ref: false });
  const noted = notes.answer(asked);
  if (noted !== undefined) return { body: noted };
  if (asked.view) return { headers: PLAIN_TEXT, body: viewOf(request) };
  if (asked.private && !request.headers.has('authorization')) {
    return {
      status: 401,
      headers: { 'WWW-Authenticate': 'Basic realm="reflector"' },
      body: 'who?\n',
    };
  }
  return told(asked);
}

/** The answer that was asked for, word for word. */
function told(asked: Asked): Answer {
  const length: [string, string][] =
    asked.length === undefined ? [] : [['Content-Length', asked.length]];
  const headers = [['Content-Type', 'text/plain'] as const, ...length, ...asked.fields];
  return { status: asked.status, headers, body: asked.stream > 0 ? streamed(asked) : asked.body };
}

async function* streamed(asked: Asked): AsyncGenerator<Uint8Array> {
  yield* piecesOf(asked);
  if (asked.abort) throw new Error('given up, as asked');
}

function viewOf({ method, host, headers }: Request): Uint8Array {
  const fields = [...headers].map(([name, value]) => `${name}: ${value}`);
  const name = host?.replace(/:\d*$/, '');
  return Buffer.from(`${[method, name, ...fields].join('\n')}\n`, 'latin1');
}

function note(token: string, { signal }: Request, notes: Notes): void {
  notes.seen.add(token);
  signal.addEventListener('abort', () => notes.left.add(token));
}
