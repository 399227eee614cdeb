import { isNamed } from './field-line.ts';
import { parseTokenList } from './field-values.ts';

/** The connection options that mean something to encke, each a bit of one number. */
export const ConnectionOption = { Close: 1, KeepAlive: 2, Upgrade: 4 } as const;

/**
 * Parses the value of Connection into the bits of {@link ConnectionOption} that it has; nothing when
 * it is not a list of tokens.
 *
 * ```abnf
 * Connection = #connection-option
 * ```
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 | RFC 9110 §7.6.1}
 */
export function parseConnectionOptions(value: string): number | undefined {
  return parseTokenList(value)?.reduce((bits, option) => bits | bitOf(option.toLowerCase()), 0);
}

/**
 * The {@link ConnectionOption} from `start` to `end`, or 0 when there is not one alone. Nearly every
 * Connection holds one alone, and this tells it without making a string.
 */
export function singleConnectionOption(octets: Uint8Array, start: number, end: number): number {
  switch (end - start) {
    case 5:
      return isNamed(octets, start, 'close') ? ConnectionOption.Close : 0;
    case 7:
      return isNamed(octets, start, 'upgrade') ? ConnectionOption.Upgrade : 0;
    case 10:
      return isNamed(octets, start, 'keep-alive') ? ConnectionOption.KeepAlive : 0;
    default:
      return 0;
  }
}

/**
 * Whether the connection persists behind a message with these connection options.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.3 | RFC 9112 §9.3}
 */
export function isPersistent(minorVersion: 0 | 1, options: number): boolean {
  if ((options & ConnectionOption.Close) !== 0) return false;
  return minorVersion === 1 || (options & ConnectionOption.KeepAlive) !== 0;
}

function bitOf(option: string): number {
  if (option === 'close') return ConnectionOption.Close;
  if (option === 'keep-alive') return ConnectionOption.KeepAlive;
  return option === 'upgrade' ? ConnectionOption.Upgrade : 0;
}
