import { startExample } from '../support/example.ts';

/** The subject for black-box tests, in a process of its own. */
export async function startSubject(
  ...options: readonly string[]
): Promise<{ port: number; close(): Promise<void> }> {
  const { url, stop } = await startExample('subject', options);
  return { port: Number(new URL(url).port), close: stop };
}
