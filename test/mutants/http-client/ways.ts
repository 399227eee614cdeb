import type { HttpAnswer } from '../../../spec/http-client/probe.ts';
import type { Quirks } from './quirks.ts';

/** Says `replacement` where it should say `pattern`. */
export function says(pattern: RegExp | string, replacement: string): Quirks {
  return { says: (octets) => octets.replace(pattern, replacement) };
}

/** Says this line in every head, in front of all others. */
export function adds(line: string): Quirks {
  return says(/^(\S+ \S+ HTTP\/1\.1\r\n)/, `$1${line}\r\n`);
}

/** Says no line with this name. */
export function drops(name: string): Quirks {
  return says(new RegExp(`^${name}:.*\r\n`, 'gim'), '');
}

/** Takes `pattern` for `replacement` in what it hears. */
export function hears(pattern: RegExp | string, replacement: string): Quirks {
  return { hears: (octets) => octets.replace(pattern, replacement) };
}

/** Tells this in place of some of what it should. */
export function tells(what: HttpAnswer | ((told: HttpAnswer) => HttpAnswer)): Quirks {
  return { tells: (told) => ({ ...told, ...(typeof what === 'function' ? what(told) : what) }) };
}

/** Asks for another address. */
export function asksFor(pattern: RegExp | string, replacement: string): Quirks {
  return {
    asks: (request) => ({ ...request, url: request.url.replace(pattern, replacement) }),
  };
}
