/**
 * What a client that is a program of its own tells: lines of JSON on its standard output.
 *
 * @module
 */

import type { Readable } from 'node:stream';

/** How many octets a client may tell, before it is ended. */
const MAX_TOLD = 2 ** 27;

/** Hands on what each line says. What is no object in JSON is the client's own business. */
export function hearLines<Told extends object>(
  output: Readable,
  hear: (told: Partial<Told>) => void,
  end: () => void,
): void {
  let begun = '';
  let octets = 0;
  output.setEncoding('utf8').on('data', (text: string) => {
    octets += text.length;
    if (octets > MAX_TOLD) end();
    const lines = (begun + text).split('\n');
    begun = lines.pop()!;
    for (const line of lines) {
      const told = objectIn(line);
      if (told !== undefined) hear(told);
    }
  });
}

function objectIn(line: string): object | undefined {
  try {
    const told: unknown = JSON.parse(line);
    return typeof told === 'object' && told !== null ? told : undefined;
  } catch {
    return undefined;
  }
}
