/**
 * Every combination of the parameters of RFC 7692 §7.1 that each peer can agree on, in both roles.
 *
 * A client is tried where the server decides, which leads to every combination, and where the client
 * asks for each value of each parameter. Where a peer's zlib makes no window of 2^8, nor does it here.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  type Agreement,
  agreementOf,
  type End,
  exchangeSizes,
  lengthsOfRepeated,
  talkToClient,
  talkToServer,
} from './compressed-conversation.ts';
import {
  connectUndici,
  connectWs,
  type Offer,
  parametersOf,
  serveWs,
} from './compressing-peers.ts';
import { BUN, isTried, type PeerProgram, RunningPeer, WEBSOCKETS } from './peer-program.ts';

const ALL_BITS: readonly number[] = [8, 9, 10, 11, 12, 13, 14, 15];
const BUT_8 = ALL_BITS.slice(1);

/** The flags, server's and client's. */
const FLAGS: readonly (readonly [server: boolean, client: boolean])[] = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
];

/** Terms that limit nothing: the peer decides. */
const ANY: Agreement = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};

/** How many conversations are held at a time with a peer that runs by itself. */
const AT_A_TIME = 4;

const USUAL: Offer = { clientMaxWindowBits: true };

/** How a peer compresses, so that it shows whether it refers to the message before. */
interface Sending {
  /** The least message that it compresses; nothing when it compresses none. */
  readonly from?: number;
  /** The windows that it can make. */
  readonly bits: readonly number[];
}

/** A message that refers to the same one before it takes fewer octets than this. */
const REFERRING = 40;

/** What Bun calls the ways to compress and to inflate, and what it makes of them. */
const BUN_COMPRESS: readonly (readonly [name: string, bits: number])[] = [
  ['3KB', 9],
  ['4KB', 9],
  ['8KB', 10],
  ['16KB', 11],
  ['32KB', 12],
  ['64KB', 13],
  ['128KB', 14],
  ['256KB', 15],
  ['dedicated', 15],
];
const BUN_DECOMPRESS: typeof BUN_COMPRESS = [
  ['3KB', 11],
  ['4KB', 12],
  ['8KB', 13],
  ['16KB', 14],
  ['32KB', 15],
  ['dedicated', 15],
];

describe('compression, with every combination of parameters, in this process', () => {
  describeClient('ws', connectWs, { from: 120, bits: ALL_BITS }, true);
  describeClient('undici', connectUndici, { bits: [8, 15] }, false); // it compresses nothing
  describeServer('ws', serveWs, ALL_BITS);
});

describePeer('Bun', BUN, (peer) => {
  describeClient('Bun', (url) => peer().connect(url, {}), { from: 1_200, bits: ALL_BITS }, false);
  describeBunServer(peer);
});

describePeer("Python's websockets", WEBSOCKETS, (peer) => {
  const connect = (url: string, offer: Offer) =>
    peer().connect(url, { parameters: parametersOf(offer) });
  const serve = async (parameters: Partial<Agreement>) => ({
    url: await peer().serve({ parameters: parametersOf(parameters) }),
    close: async () => {},
  });
  describeClient("Python's websockets", connect, { from: 120, bits: BUT_8 }, true);
  describeServer("Python's websockets", serve, BUT_8);
});

// Helpers

function describePeer(
  name: string,
  program: PeerProgram,
  describeConversations: (peer: () => RunningPeer) => void,
): void {
  describe(`compression, with every combination of parameters that ${name} can`, () => {
    if (!isTried(program)) {
      it(`is not tried: ${name} is not installed (${program.install})`, () => {});
      return;
    }
    let peer: RunningPeer;
    before(() => {
      peer = new RunningPeer(program);
    });
    after(() => peer.end());
    describeConversations(() => peer);
  });
}

/** Encke's server decides, then the client asks, if it can. */
function describeClient(
  name: string,
  connect: (url: string, offer: Offer) => Promise<string>,
  sending: Sending,
  canAsk: boolean,
): void {
  for (const flags of FLAGS) {
    it(`agrees on windows of all sizes, at encke, with a client of ${name}${told(flags)}`, () =>
      each(combinations(flags, ALL_BITS, sending.bits), async (agreement) => {
        const talk = (end: End) => converse(end, agreement, 'server', sending.from);
        const extensions = await talkToClient(agreement, (url) => connect(url, USUAL), talk);
        assert.deepEqual(agreementOf(extensions), agreement);
      }));
    if (!canAsk) continue;
    it(`agrees on what a client of ${name} offers, at encke${told(flags)}`, () =>
      each(offers(flags, sending.bits), async (offer) => {
        const agreement = answerTo(offer);
        const talk = (end: End) => converse(end, agreement, 'server', sending.from);
        const extensions = await talkToClient(ANY, (url) => connect(url, offer), talk);
        assert.deepEqual(agreementOf(extensions), agreement);
      }));
  }
  if (!canAsk) return;
  it(`has each message stand for itself, at encke, of a client of ${name} that can't limit its window`, async () => {
    const agreement = { ...ANY, clientNoContextTakeover: true, serverMaxWindowBits: 11 };
    const talk = (end: End) => converse(end, agreement, 'server', sending.from);
    const offer = { clientMaxWindowBits: false };
    const extensions = await talkToClient({}, (url) => connect(url, offer), talk);
    assert.deepEqual(agreementOf(extensions), agreement);
  });
}

/** The server decides; then encke's client asks. */
function describeServer(
  name: string,
  serve: (parameters: Partial<Agreement>) => Promise<{ url: string; close(): Promise<void> }>,
  bits: readonly number[],
): void {
  for (const flags of FLAGS) {
    it(`agrees on windows of all sizes with encke/client, at a server of ${name}${told(flags)}`, () =>
      each(combinations(flags, bits, ALL_BITS), async (agreement) => {
        const server = await serve(agreement);
        const talk = (end: End) => converse(end, agreement, 'client', 120);
        const extensions = await talkToServer(server.url, ANY, talk);
        assert.deepEqual(agreementOf(extensions), agreement);
        await server.close();
      }));
    it(`agrees on what encke/client offers, at a server of ${name}${told(flags)}`, async () => {
      const server = await serve({});
      await each(combinations(flags, bits, [15]), async (agreement) => {
        const talk = (end: End) => converse(end, agreement, 'client', 120);
        const extensions = await talkToServer(server.url, agreement, talk);
        assert.deepEqual(agreementOf(extensions), agreement);
      });
      await server.close();
    });
  }
}

/** A server of Bun that keeps no window of its own, or of its client, names none either. */
function describeBunServer(peer: () => RunningPeer): void {
  const ways = (names: typeof BUN_COMPRESS) => [['shared', 0] as const, ...names];
  const configurations = ways(BUN_COMPRESS).flatMap(([compress, serverBits]) =>
    ways(BUN_DECOMPRESS).map(([decompress, clientBits]) => ({
      perMessageDeflate: { compress, decompress },
      agreement: {
        serverNoContextTakeover: serverBits === 0,
        clientNoContextTakeover: clientBits === 0,
        serverMaxWindowBits: serverBits || 15,
        clientMaxWindowBits: clientBits || 15,
      },
    })),
  );
  it('agrees with encke/client, at a server of Bun, on all that it can be configured to', () =>
    each(configurations, async ({ perMessageDeflate, agreement }) => {
      const url = await peer().serve({ perMessageDeflate });
      const talk = (end: End) => converse(end, agreement, 'client', 120);
      assert.deepEqual(agreementOf(await talkToServer(url, ANY, talk)), agreement);
    }));

  it('agrees on what encke/client offers, at a server of Bun', async () => {
    const dedicated = { compress: 'dedicated', decompress: 'dedicated' };
    const url = await peer().serve({ perMessageDeflate: dedicated });
    const agreements = [
      ...combinations([false, false], ALL_BITS, [15]),
      ...FLAGS.flatMap((flags) => combinations(flags, [15], [15])),
    ];
    await each(agreements, async (agreement) => {
      const talk = (end: End) => converse(end, agreement, 'client', 120);
      assert.deepEqual(agreementOf(await talkToServer(url, agreement, talk)), agreement);
    });
  });
}

function told([server, client]: readonly [boolean, boolean]): string {
  const sides = [...(server ? ['the server'] : []), ...(client ? ['the client'] : [])];
  return sides.length === 0
    ? ''
    : `, where ${sides.join(' and ')} keep${sides[1] ? '' : 's'} nothing`;
}

/** Those flags with all pairs of windows. */
function combinations(
  [serverNoContextTakeover, clientNoContextTakeover]: readonly [boolean, boolean],
  serverBits: readonly number[],
  clientBits: readonly number[],
): Agreement[] {
  const flags = { serverNoContextTakeover, clientNoContextTakeover };
  return serverBits.flatMap((serverMaxWindowBits) =>
    clientBits.map((clientMaxWindowBits) => ({
      ...flags,
      serverMaxWindowBits,
      clientMaxWindowBits,
    })),
  );
}

/** Those flags with each server's window, or none, and each client's, one without a value, or none. */
function offers(
  [serverNoContextTakeover, clientNoContextTakeover]: readonly [boolean, boolean],
  clientBits: readonly number[],
): Offer[] {
  const flags = { serverNoContextTakeover, clientNoContextTakeover };
  return [
    ...ALL_BITS.map((serverMaxWindowBits) => ({ ...flags, serverMaxWindowBits, ...USUAL })),
    ...[...clientBits, true, false].flatMap((clientMaxWindowBits) => [
      { ...flags, clientMaxWindowBits },
      { ...flags, serverMaxWindowBits: 9, clientMaxWindowBits },
    ]),
  ];
}

/** What a server answers that limits nothing by itself. */
function answerTo({ clientMaxWindowBits: bits, ...offer }: Offer): Agreement {
  return { ...ANY, ...offer, clientMaxWindowBits: typeof bits === 'number' ? bits : 15 };
}

/** Tries each, some at a time, and says which one failed. */
async function each<T>(items: readonly T[], attempt: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const work = async () => {
    for (const item of waiting) {
      await attempt(item).catch((cause: unknown) => {
        throw new Error(`with ${JSON.stringify(item)}: ${cause}`, { cause });
      });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

/**
 * Exchanges messages of all sizes, and sees that a repeated one is short exactly where it may refer to the
 * one before.
 *
 * @param from - The least message that the peer compresses; nothing when it compresses none.
 */
async function converse(
  end: End,
  agreement: Agreement,
  role: 'server' | 'client',
  from: number | undefined,
): Promise<void> {
  const { serverNoContextTakeover, clientNoContextTakeover } = agreement;
  const isServer = role === 'server';
  const [keepsSent, keepsReceived] = isServer
    ? [!serverNoContextTakeover, !clientNoContextTakeover]
    : [!clientNoContextTakeover, !serverNoContextTakeover];
  await exchangeSizes(end);
  const { sent, received } = await lengthsOfRepeated(end, 120);
  assert.equal(sent < REFERRING, keepsSent, `a repeated message took ${sent} octets to send`);
  const theirs = from === 120 ? received : await lengthOfTheirs(end, agreement, from);
  if (theirs === undefined) return;
  assert.equal(theirs < REFERRING, keepsReceived, `and ${theirs} octets to receive`);
}

/** The same for a client that compresses no short messages; nothing when its window holds no long one. */
async function lengthOfTheirs(
  end: End,
  { clientMaxWindowBits }: Agreement,
  from: number | undefined,
): Promise<number | undefined> {
  if (from === undefined || 2 ** clientMaxWindowBits < from + 300) return undefined;
  return (await lengthsOfRepeated(end, from)).received;
}
