import { constants, deflateRawSync, type ZlibOptions } from 'node:zlib';
import { DeflateWindow } from '../src/deflate/deflate-window.ts';
import { Deflater } from '../src/deflate/deflater.ts';
import { jsonMessages } from './load/compressed-echo.ts';

/** How long what we make of messages may be, as a multiple of what zlib makes at its first level. */
export interface CompressedSize {
  readonly title: string;
  /** How many octets the messages have. */
  readonly size: number;
  readonly goal: number;
}

export const COMPRESSED_SIZES: readonly CompressedSize[] = [
  { title: 'compressed size, JSON of 1,024 octets', size: 1_024, goal: 1.3 },
  { title: 'compressed size, JSON of 16,384 octets', size: 16_384, goal: 1.25 },
];

/** The window that a server has by default, and the largest. */
const WINDOWS: readonly number[] = [11, 15];

/** Octets a message, encke's and zlib's, each message by itself, with the same window. */
export interface SizeMeasurement {
  readonly bits: number;
  readonly encke: number;
  readonly zlib: number;
}

export function measureSize({ size }: CompressedSize): SizeMeasurement[] {
  const messages = jsonMessages(size);
  const mean = (lengthOf: (message: Buffer) => number) =>
    messages.reduce((sum, message) => sum + lengthOf(message), 0) / messages.length;
  return WINDOWS.map((bits) => ({
    bits,
    encke: mean((message) => lengthByEncke(message, bits)),
    zlib: mean((message) => lengthByZlib(message, bits)),
  }));
}

/** Whether every window reaches the goal. */
export function reachesSizeGoal(
  { goal }: CompressedSize,
  sizes: readonly SizeMeasurement[],
): boolean {
  return sizes.every(({ encke, zlib }) => encke <= goal * zlib);
}

export function formatSize(subject: CompressedSize, sizes: readonly SizeMeasurement[]): string {
  const verdict = reachesSizeGoal(subject, sizes) ? 'reached' : 'MISSED';
  const lines = sizes.map(({ bits, encke, zlib }) => {
    const octets = `encke ${encke.toFixed(0)} B, zlib at level 1 ${zlib.toFixed(0)} B`;
    return `  window of 2^${bits}   ${octets}: ${(encke / zlib).toFixed(2)} times`;
  });
  const most = `at most ${subject.goal} times zlib's`;
  return [`${subject.title}, goal ${most}: ${verdict}`, ...lines].join('\n');
}

const deflater = new Deflater();

function lengthByEncke(message: Buffer, bits: number): number {
  deflater.begin(new DeflateWindow(bits));
  deflater.write(message);
  deflater.flush();
  return deflater.length;
}

function lengthByZlib(message: Buffer, windowBits: number): number {
  const options: ZlibOptions = { level: 1, windowBits, finishFlush: constants.Z_SYNC_FLUSH };
  return deflateRawSync(message, options).length;
}
