import { Duplex, type DuplexOptions } from 'node:stream';
import type { WebSocket } from './websocket.ts';

/** The messages of a socket as a byte stream: each chunk that is written becomes a message. */
export function createWebSocketStream(websocket: WebSocket, options?: DuplexOptions): Duplex {
  return new WebSocketStream(websocket, options);
}

class WebSocketStream extends Duplex {
  readonly #websocket: WebSocket;
  /** Whether the connection is closing by itself, and need not be cut. */
  #hasFailed = false;

  constructor(websocket: WebSocket, options: DuplexOptions = {}) {
    super({ ...options, objectMode: false, writableObjectMode: false });
    this.#websocket = websocket;
    websocket.on('message', (data, isBinary) => {
      const chunk = !isBinary && this.readableObjectMode ? String(data) : data;
      if (!this.push(chunk)) websocket.pause();
    });
    websocket.once('error', (error) => {
      this.#hasFailed = true;
      this.destroy(error);
    });
    websocket.once('close', () => {
      if (!this.destroyed) this.push(null);
    });
  }

  override _read(): void {
    if (this.#websocket.isPaused) this.#websocket.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, written: (error?: Error) => void): void {
    this.#opened(() => this.#websocket.send(chunk, written));
  }

  override _final(ended: () => void): void {
    this.#opened(() => {
      this.#closed(ended);
      this.#websocket.close();
    });
  }

  override _destroy(error: Error | null, destroyed: (error: Error | null) => void): void {
    this.#closed(() => destroyed(error));
    if (!this.#hasFailed) this.#websocket.terminate();
  }

  #opened(then: () => void): void {
    if (this.#websocket.readyState === this.#websocket.CONNECTING)
      this.#websocket.once('open', then);
    else then();
  }

  #closed(then: () => void): void {
    if (this.#websocket.readyState === this.#websocket.CLOSED) then();
    else this.#websocket.once('close', () => then());
  }
}
