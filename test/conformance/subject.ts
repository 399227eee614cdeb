import { startEncke } from './encke.ts';

/** What is offered for now: 64 MiB. */
export function startSubject(): Promise<{ port: number; close(): Promise<void> }> {
  return startEncke({ message: 1 << 26, sendBuffer: 1 << 26, body: 1 << 26 });
}
