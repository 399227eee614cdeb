import { parseTokenList } from './field-values.ts';

/** The connection options that mean something to encke, as bits of one number. */
export const ConnectionOption = { Close: 1, KeepAlive: 2, Upgrade: 4 } as const;

/**
 * Parses one line of Connection into the {@link ConnectionOption} bits it has, or `undefined` when
 * it is not a list of tokens. Options are case-insensitive.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 | RFC 9110 §7.6.1}
 */
export function parseConnectionOptions(value: string): number | undefined {
  const options = parseTokenList(value);
  return options?.reduce((bits, option) => bits | bitOf(option.toLowerCase()), 0);
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
