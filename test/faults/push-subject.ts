/**
 * The server of the push runs, in a process of its own, which is restarted meanwhile. What it is to
 * publish it is told over IPC; with `kept`, so is the log that outlives it.
 *
 * @module
 */

import { type Backplane, createHub, type Feed, type Session } from '../../src/index.ts';
import { TRANSPORTS } from '../support/live-peer.ts';
import { CHANNELS, type FromSubject, type ToSubject } from './push-messages.ts';

/** How often each session is sent something of its own, in milliseconds. */
const MAIL = 500;

const [, , epoch, incarnation] = process.argv;
process.on('uncaughtException', (error) => tell({ kind: 'incident', text: `${error.stack}` }));
process.on('unhandledRejection', (reason) =>
  tell({ kind: 'incident', text: `unhandled ${reason}` }),
);
process.on('warning', (warning) => tell({ kind: 'incident', text: `${warning.stack}` }));
process.on('disconnect', () => process.exit(1));

/** The end of a log in the parent process. */
class ParentLog implements Backplane {
  readonly hub: string = `hub${incarnation}`;
  readonly epoch: string;
  readonly #appended: ((id: string) => void)[] = [];
  #unsent: (readonly [channel: string, data: string])[] = [];
  #feed: Feed | undefined;
  #asked = 0;

  constructor(epoch: string) {
    this.epoch = epoch;
  }

  connect(feed: Feed): void {
    this.#feed = feed;
  }

  append(channel: string, data: string): Promise<string> {
    if (this.#unsent.length === 0) setImmediate(() => this.#send());
    this.#unsent.push([channel, data]);
    return new Promise((resolve) => {
      this.#appended[this.#asked++] = resolve;
    });
  }

  take({ entries, appended }: Extract<ToSubject, { kind: 'log' }>): void {
    for (const [id, channel, data] of entries) this.#feed?.deliver(id, channel, data);
    for (const [number, id] of appended) {
      this.#appended[number]?.(id);
      delete this.#appended[number];
    }
  }

  #send(): void {
    tell({ kind: 'append', entries: this.#unsent });
    this.#unsent = [];
  }
}

const log = epoch === '' ? undefined : new ParentLog(epoch!);
const hub = createHub({
  hosts: '*',
  origins: '*',
  heartbeat: 1_000,
  backplane: log,
  limits: {
    // So that each of them is met.
    round: 65_536,
    roundTime: 3_000,
    wait: 2_000,
    behind: 65_536,
    stall: 5_000,
    closing: 1_000,
    linger: 500,
    // So that the log is long enough, and comes as far as its clients in time.
    history: 2 ** 30,
    catchUp: 20_000,
  },
  onError: (error) => tell({ kind: 'incident', text: `onError: ${error}` }),
});

const history = { entries: 1_000_000, octets: 2 ** 30, age: 3_600_000 };
for (const channel of CHANNELS) hub.channel(channel, { history });

/** What each session was sent last. */
const mail = new Map<Session<undefined>, number>();
hub.live('/events', {
  transports: TRANSPORTS,
  authorize: () => ({ channels: CHANNELS }),
  open: (session) => {
    mail.set(session, 0);
  },
  close: (session) => {
    mail.delete(session);
  },
});
setInterval(() => {
  for (const [session, sent] of mail) {
    mail.set(session, sent + 1);
    session.send({ n: sent + 1 });
  }
}, MAIL).unref();

process.on('message', async (message: ToSubject) => {
  switch (message.kind) {
    case 'log':
      log!.take(message);
      break;
    case 'publish': {
      const ids = message.entries.map(([channel, n]) =>
        hub.channel(channel).publish({ n, text: '☄\u2028</script>'.repeat(n % 7) }),
      );
      tell({ kind: 'published', ids: await Promise.all(ids) });
      break;
    }
    case 'close':
      await hub.close({ drain: 300 });
      process.removeAllListeners('disconnect');
      process.disconnect();
  }
});

const { port } = await hub.listen();
tell({ kind: 'listening', port, cursor: hub.cursor() });

function tell(message: FromSubject): void {
  process.send?.(message);
}
