// What the tests use of packages that come without types.

declare module 'websocket' {
  import type { EventEmitter } from 'node:events';
  import type { Server } from 'node:http';

  interface Message {
    readonly type: 'utf8' | 'binary';
    readonly utf8Data: string;
    readonly binaryData: Buffer;
  }

  class Connection extends EventEmitter {
    on(event: 'message', listener: (message: Message) => void): this;
    on(event: 'error', listener: () => void): this;
    readonly connected: boolean;
    send(data: string | Buffer): void;
    close(code?: number, reason?: string): void;
    ping(payload: Buffer): void;
    drop(): void;
  }

  class Request {
    readonly resource: string;
    readonly requestedProtocols: readonly string[];
    accept(protocol: string | null, origin: string | null): Connection;
    reject(status: number): void;
  }

  export class server extends EventEmitter {
    constructor(options: {
      httpServer: Server;
      maxReceivedFrameSize: number;
      maxReceivedMessageSize: number;
    });
    on(event: 'request', listener: (request: Request) => void): this;
  }

  export class client extends EventEmitter {
    constructor(options: { maxReceivedFrameSize: number });
    on(event: 'connect', listener: (connection: Connection) => void): this;
    on(event: 'connectFailed', listener: () => void): this;
    connect(url: string, protocols: readonly string[]): void;
    abort(): void;
  }

  const websocket: { readonly client: typeof client; readonly server: typeof server };
  export default websocket;
}

declare module 'faye-websocket' {
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  /** Either end of a connection. */
  class Api {
    readonly protocol: string;
    on(event: 'message', listener: (event: { readonly data: string | Buffer }) => void): void;
    addEventListener(type: string, listener: (event: object) => void): void;
    send(data: string | Buffer): void;
    close(code?: number, reason?: string): void;
  }

  export default class WebSocket extends Api {
    static readonly Client: new (
      url: string,
      protocols: readonly string[],
    ) => Api;
    constructor(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      protocols: readonly string[],
    );
    static isWebSocket(request: IncomingMessage): boolean;
  }
}

declare module 'koa' {
  import type { IncomingMessage, RequestListener } from 'node:http';

  interface Context {
    readonly method: string;
    readonly path: string;
    readonly req: IncomingMessage;
    body: unknown;
  }

  export default class Koa {
    use(middleware: (context: Context) => Promise<void>): this;
    callback(): RequestListener;
  }
}
