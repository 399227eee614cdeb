import type { Message } from './socket.ts';

/** What a socket does for its streams. */
export interface StreamedSocket {
  readonly state: 'connecting' | 'open' | 'closing' | 'closed';
  messages(): AsyncIterator<Message>;
  send(data: Message): unknown;
  /** Until the peer takes more, or never will. */
  room(): Promise<void>;
  closeWith(code?: number, reason?: string): void;
}

/** The two directions of a socket as Web Streams, of messages and not of octets. */
export interface MessageStreams {
  readonly readable: ReadableStream<Message>;
  readonly writable: WritableStream<Message>;
}

/**
 * The messages of a socket as streams: the peer is read from one message ahead of who reads, and a write is
 * done when the peer has taken it. To end the writable, or to give either up, closes the connection.
 */
export function messageStreams(socket: StreamedSocket): MessageStreams {
  const messages = socket.messages();
  const close = (): void => socket.closeWith(1000);
  const readable = new ReadableStream<Message>(
    {
      async pull(controller) {
        const { done, value } = await messages.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await messages.return?.();
        close();
      },
    },
    // One is asked for ahead: else nobody would see the peer close before the first read.
    { highWaterMark: 1 },
  );
  const writable = new WritableStream<Message>({
    async write(message) {
      if (socket.state !== 'open') throw new TypeError('the connection is not open');
      socket.send(message);
      await socket.room();
    },
    close,
    abort: close,
  });
  return { readable, writable };
}
