import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Recorder } from './recorder.ts';

/**
 * A TCP socket whose octets are recorded on the way: the very ones that the operating system
 * delivered, before encke unmasks anything, and the very ones that it is given to send.
 */
export class TappedSocket extends Duplex {
  readonly #socket: Socket;
  readonly #recorder: Recorder;

  constructor(socket: Socket, recorder: Recorder) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#recorder = recorder;
    socket.on('data', (octets: Buffer) => {
      recorder.record('client', octets);
      if (!this.push(octets)) socket.pause();
    });
    socket.on('end', () => {
      recorder.end('client');
      this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(octets: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#recorder.record('server', octets);
    this.#socket.write(octets, done);
  }

  override _final(done: Done): void {
    this.#recorder.end('server');
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy();
    done(error);
  }
}

type Done = (error?: Error | null) => void;
