import type { ConnectError } from './types.ts';

/** Makes the error that ends a connection, or refuses a message, with the words of the server. */
export function connectError(words: string | undefined, status?: number): ConnectError {
  return Object.assign(new Error(words || `status ${status}`), { name: 'ConnectError', status });
}

/** Whether the status says that this client may not come in, however often it asks. */
export function isFinal(status: number | undefined): boolean {
  return status === 401 || status === 403;
}

/** Whether there was no answer, or one that may be another a moment later. */
export function isTrouble(status = 500): boolean {
  return status >= 500 || status === 408 || status === 429;
}
