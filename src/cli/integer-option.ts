import { UsageError } from './usage.ts';

/**
 * A whole number that an option was given.
 *
 * @throws UsageError when it is none, or too small.
 */
export function integerOption(option: string, text: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && Number.isSafeInteger(number)) return number;
  throw new UsageError(`${option} takes a whole number from ${least} on, and was given ${text}`);
}
