import type { FrameRecord } from '../records.ts';
import { octetsOf } from './octets.ts';

/** What each opcode stands for. @see RFC 6455 §11.8 */
export const OPCODES: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

/** What close codes mean. @see RFC 6455 §7.4.1 */
const CLOSE_CODES: Readonly<Record<number, string>> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'data that can’t be accepted',
  1007: 'text that isn’t UTF-8',
  1008: 'policy violation',
  1009: 'message too big',
  1011: 'the server failed',
};

/** Says in one plain sentence what a frame is. */
export function describeFrame(frame: FrameRecord): string {
  const who = frame.from === 'client' ? 'This tab' : 'The server';
  switch (frame.opcode) {
    case 0:
      return frame.fin
        ? `${who} sends the last part of the message: ${size(frame)}.`
        : `${who} sends the next part of the message, and more is to follow: ${size(frame)}.`;
    case 1:
      return frame.fin
        ? `${who} says ${quoted(frame)}: a whole text message in one frame.`
        : `${who} begins a text message, and more is to follow: ${size(frame)}.`;
    case 2:
      return frame.fin
        ? `${who} sends ${size(frame)} of binary data: a whole message in one frame.`
        : `${who} begins a binary message, and more is to follow: ${size(frame)}.`;
    case 8:
      return describeClose(frame, who);
    case 9:
      return `${who} asks whether the other end is still there${carrying(frame)}.`;
    case 10:
      return `${who} answers the ping with the octets that it brought, ${quoted(frame)}.`;
    default:
      return `${who} sends a frame of a kind that RFC 6455 reserves.`;
  }
}

/** Says what a close code stands for. */
export function describeCloseCode(code: number): string {
  return (
    CLOSE_CODES[code] ??
    (code >= 4000 ? 'private use' : code >= 3000 ? 'registered use' : 'unknown')
  );
}

function describeClose(frame: FrameRecord, who: string): string {
  const octets = octetsOf(frame.unmasked ?? frame.payload);
  if (octets.length < 2) return `${who} closes without giving a code.`;
  const code = octets[0]! * 256 + octets[1]!;
  const reason = new TextDecoder().decode(octets.subarray(2));
  const because = reason === '' ? '' : `, “${reason}”`;
  return `${who} closes with code ${code}, ${describeCloseCode(code)}${because}.`;
}

function carrying(frame: FrameRecord): string {
  return frame.length === 0 ? '' : `, carrying ${quoted(frame)}`;
}

function quoted(frame: FrameRecord): string {
  const text = new TextDecoder().decode(octetsOf(frame.unmasked ?? frame.payload));
  if (text === '') return 'nothing';
  const characters = Array.from(text);
  if (characters.length <= QUOTED) return `“${text}”`;
  return `“${characters.slice(0, QUOTED).join('')}…”, ${size(frame)}`;
}

function size(frame: FrameRecord): string {
  return frame.length === 1 ? '1 octet' : `${frame.length.toLocaleString('en')} octets`;
}

/** How many characters of a text are quoted in a sentence. */
const QUOTED = 60;
