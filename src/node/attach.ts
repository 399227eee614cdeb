import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HostRequest } from './host-head.ts';

/** What the hub offers a host server: each takes what it owns, and says whether it has. */
export interface HostDoors {
  /** Whether a request's target is the hub's. */
  owns(request: HostRequest): boolean;
  /** Answers a request that the hub owns. Its client may wait to be told to send the content. */
  serve(request: HostRequest, response: ServerResponse, isExpecting: boolean): void;
  /** Whether a request to upgrade leads to a WebSocket route of the hub. */
  upgrades(request: HostRequest): boolean;
  /** Takes a socket over whose request to upgrade does. */
  upgrade(request: HostRequest, stream: Duplex, head: Buffer): void;
}

/** @throws TypeError when it is not a server: an application of Express is easily taken for one. */
export function requireServer(server: object | undefined): void {
  const { address, emit } = (server ?? {}) as Partial<Server>;
  if (typeof address === 'function' && typeof emit === 'function') return;
  throw new TypeError(
    'hub.attach takes a server: that of http.createServer(app), if this is an application',
  );
}

/** Since Node 24.9 and 22.21 a server asks which requests to upgrade are to be emitted as such. */
type Upgrading = Server & { shouldUpgradeCallback?: (request: IncomingMessage) => boolean };

/**
 * Puts a hub into a server of `node:http` or `node:https`.
 *
 * What the hub owns never reaches the application's listeners, whenever they are added; everything
 * else reaches them as if the hub were not there. That needs care with upgrades: as soon as anybody
 * listens for `upgrade`, Node hands out every request with an Upgrade field that way, also those
 * that the application would have answered as ordinary requests (`Upgrade: h2c` is sent by many
 * clients).
 */
export function attachTo(server: Server, doors: HostDoors): void {
  const emit = server.emit;
  /** The response on a connection that was begun last. */
  const responses = new WeakMap<Duplex, ServerResponse>();
  /** Whether another hub was attached before: it comes behind this one. */
  const isOuter = server.listeners('upgrade').includes(claimUpgrades);
  server.on('upgrade', claimUpgrades);
  server.emit = function (this: Server, event: string, ...args: unknown[]): boolean {
    const [request, second, head] = args as [HostRequest, ServerResponse | Duplex, Buffer];
    switch (event) {
      case 'request':
      case 'checkContinue':
      case 'checkExpectation':
        // Those of HTTP/2 come as streams first.
        if (request.httpVersionMajor > 1) break;
        responses.set(request.socket, second as ServerResponse);
        if (!doors.owns(request)) break;
        doors.serve(request, second as ServerResponse, event === 'checkContinue');
        return true;
      case 'upgrade':
        if (doors.upgrades(request)) {
          inTurn(second as Duplex, () => doors.upgrade(request, second as Duplex, head));
          return true;
        }
        if (!doors.owns(request) && (isOuter || wantsUpgrades(server))) break;
        inTurn(second as Duplex, () => reenter(server, request, second as Duplex, head));
        return true;
    }
    return Reflect.apply(emit, this, [event, ...args]);
  } as Server['emit'];
  narrowUpgrades(server, doors, isOuter);

  /** Goes on once the requests in front, on the same connection, have been answered. */
  function inTurn(stream: Duplex, next: () => void): void {
    const response = responses.get(stream);
    if (response === undefined || response.writableFinished) {
      next();
      return;
    }
    stream.on('error', ignore);
    response.once('close', () => {
      if (!stream.destroyed) next();
    });
  }
}

/** A reset is news only because 'close' follows. */
function ignore(): void {}

/** Makes Node look for requests to upgrade. They are dealt with before any listener is called. */
function claimUpgrades(): void {}

/** Whether the application listens for upgrades, besides the hubs. */
export function wantsUpgrades(server: {
  listeners(event: 'upgrade'): readonly unknown[];
}): boolean {
  return server.listeners('upgrade').some((listener) => listener !== claimUpgrades);
}

/** Where Node asks, only what somebody wants is emitted as an upgrade. */
function narrowUpgrades(server: Upgrading, doors: HostDoors, isOuter: boolean): void {
  const before = server.shouldUpgradeCallback;
  if (before === undefined) return;
  server.shouldUpgradeCallback = (request) => {
    if (doors.owns(request)) return doors.upgrades(request);
    return (isOuter || wantsUpgrades(server)) && before.call(server, request);
  };
}

/**
 * Gives a request to upgrade that nobody wants back as an ordinary one: its head, without the wish,
 * is put back in front of the octets that follow, and the connection begins anew.
 */
function reenter(server: Server, request: HostRequest, stream: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  const { rawHeaders } = request;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const value = rawHeaders[i + 1]!;
    if (name === 'upgrade') continue;
    const kept = name === 'connection' ? withoutUpgrade(value) : value;
    if (kept !== '') lines.push(`${rawHeaders[i]}: ${kept}`);
  }
  const text = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  stream.unshift(Buffer.concat([text, head]));
  server.emit('connection', stream);
}

function withoutUpgrade(options: string): string {
  const kept = options.split(',').filter((option) => option.trim().toLowerCase() !== 'upgrade');
  return kept.join(',').trim();
}
