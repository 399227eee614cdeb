import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import {
  faultsOfAnswer,
  faultsOfOffer,
  type Parameters,
} from '../../spec/models/permessage-deflate.ts';
import { parseExtensions } from '../../src/websocket/handshake-fields.ts';
import {
  acceptDeflate,
  type CompressionOptions,
  compressionOf,
  compressionTerms,
  deflateOffer,
  judgeDeflateAnswer,
} from '../../src/websocket/permessage-deflate.ts';
import { law } from '../support/law.ts';

const SERVER = compressionTerms({}, 'server');

/** What a client that can limit its window is answered. */
const BOTH_11 = 'permessage-deflate; server_max_window_bits=11; client_max_window_bits=11';

describe('compressionTerms', () => {
  it('has windows of 2 KiB for a server, and any window of the server for a client', () => {
    assert.deepEqual(compressionTerms({}, 'server'), {
      threshold: 64,
      serverMaxWindowBits: 11,
      clientMaxWindowBits: 11,
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
    });
    assert.equal(compressionTerms({}, 'client').serverMaxWindowBits, 15);
    assert.equal(compressionTerms({}, 'client').clientMaxWindowBits, 11);
  });

  it('takes what it is given', () => {
    const given = {
      threshold: 0,
      serverMaxWindowBits: 8,
      clientMaxWindowBits: 15,
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
    };
    assert.deepEqual(compressionTerms(given, 'server'), given);
  });

  for (const options of [
    { serverMaxWindowBits: 7 },
    { clientMaxWindowBits: 16 },
    { clientMaxWindowBits: 9.5 },
    { threshold: -1 },
    { threshold: Number.NaN },
  ]) {
    it(`W8: refuses ${JSON.stringify(options)} where it is given`, () => {
      assert.throws(() => compressionTerms(options, 'server'), RangeError);
    });
  }
});

describe('compressionOf', () => {
  it('is off, or on with the usual options or with others', () => {
    assert.equal(compressionOf(false, 'server'), undefined);
    assert.deepEqual(compressionOf(true, 'client'), compressionTerms({}, 'client'));
    assert.equal(compressionOf({ threshold: 1 }, 'server')?.threshold, 1);
  });

  for (const [given, message] of [
    ['yes', 'compression must be true, false or an object: yes'],
    [null, 'compression must be true, false or an object: null'],
    [{ treshold: 1 }, /^there is no compression\.treshold: there are threshold, /],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(given)}`, () => {
      assert.throws(() => compressionOf(given as never, 'server'), { message });
    });
  }
});

describe('acceptDeflate', () => {
  for (const [clause, offers, answer] of [
    ['7692-5-6', 'permessage-deflate; client_max_window_bits', BOTH_11],
    ['7692-5-13', 'permessage-deflate; foo=1', undefined],
    ['7692-5-13', 'x-webkit-deflate-frame', undefined],
    [
      '7692-5-3',
      'permessage-deflate; server_max_window_bits=10; client_max_window_bits, permessage-deflate',
      'permessage-deflate; server_max_window_bits=10; client_max_window_bits=11',
    ],
    ['7692-5-2', 'permessage-deflate; foo, permessage-deflate; client_max_window_bits', BOTH_11],
    [
      '7692-5-8',
      'permessage-deflate; server_no_context_takeover; client_max_window_bits=9',
      'permessage-deflate; server_no_context_takeover; server_max_window_bits=11; client_max_window_bits=9',
    ],
    [
      '7692-7.1.1.2-2',
      'permessage-deflate; client_no_context_takeover; client_max_window_bits=15',
      'permessage-deflate; client_no_context_takeover; server_max_window_bits=11; client_max_window_bits=11',
    ],
    [
      '7692-7.1.2.2-5',
      'permessage-deflate',
      'permessage-deflate; client_no_context_takeover; server_max_window_bits=11',
    ],
    [
      '7692-7.1.2.1-3',
      'permessage-deflate; server_max_window_bits="8"',
      'permessage-deflate; client_no_context_takeover; server_max_window_bits=8',
    ],
  ] as const) {
    it(`${clause}: answers "${offers}" with ${answer}`, () => {
      assert.equal(acceptDeflate(parseExtensions(offers)!, SERVER)?.value, answer);
    });
  }

  for (const [clause, parameters] of [
    ['7692-7-1', ['foo', 'server_max_window_bits=10; window=9']],
    [
      '7692-7-2',
      [
        ...['7', '16', '08', 'abc', '0', '1e1', '-9', '10.', '2147483656'].flatMap((bits) => [
          `server_max_window_bits=${bits}`,
          `client_max_window_bits=${bits}`,
        ]),
        'server_max_window_bits',
        'server_no_context_takeover=1',
        'client_no_context_takeover=true',
      ],
    ],
    [
      '7692-7-3',
      [
        'server_no_context_takeover; server_no_context_takeover',
        'client_max_window_bits; client_max_window_bits=10',
      ],
    ],
  ] as const) {
    for (const offer of parameters) {
      it(`${clause}, W8: declines "${offer}", and takes the next offer`, () => {
        const extensions = parseExtensions(`permessage-deflate; ${offer}`)!;
        assert.equal(acceptDeflate(extensions, SERVER), undefined);
        const both = parseExtensions(`permessage-deflate; ${offer}, permessage-deflate`)!;
        assert.ok(acceptDeflate(both, SERVER));
      });
    }
  }

  it('7692-7.1.2.1-3: repeats the largest window where it was asked for it', () => {
    const terms = compressionTerms({ serverMaxWindowBits: 15, clientMaxWindowBits: 15 }, 'server');
    const offer = 'permessage-deflate; server_max_window_bits=15; client_max_window_bits=15';
    const { value } = acceptDeflate(parseExtensions(offer)!, terms)!;
    assert.equal(value, 'permessage-deflate; server_max_window_bits=15');
    assert.equal(
      acceptDeflate(parseExtensions('permessage-deflate')!, terms)!.value,
      'permessage-deflate',
    );
  });

  law(
    'acceptDeflate',
    'model',
    'for any offers and terms: accepts the first that breaks no clause, and breaks none itself',
    fc.property(fc.array(anyParameters(), { maxLength: 3 }), anyOptions(), (offers, options) => {
      const terms = compressionTerms(options, 'server');
      const extensions = offers.map((parameters) => ({ token: 'permessage-deflate', parameters }));
      const taken = offers.find((offer) => faultsOfOffer(offer).length === 0);
      const accepted = acceptDeflate(extensions, terms);
      assert.equal(accepted === undefined, taken === undefined);
      if (accepted === undefined) return;
      const [answer, ...others] = parseExtensions(accepted.value)!;
      assert.deepEqual(others, []);
      assert.deepEqual(faultsOfAnswer(answer!.parameters, taken!), []);
      assert.ok(accepted.parameters.serverMaxWindowBits <= terms.serverMaxWindowBits);
      // What is kept of a client is never more than the terms say.
      const { clientNoContextTakeover, clientMaxWindowBits } = accepted.parameters;
      assert.ok(clientNoContextTakeover || clientMaxWindowBits <= terms.clientMaxWindowBits);
    }),
  );

  law(
    'acceptDeflate',
    'round trip',
    'for any terms of both ends: the client takes the answer, and both mean the same',
    fc.property(anyOptions(), anyOptions(), (here, there) => {
      const [server, client] = [
        compressionTerms(here, 'server'),
        compressionTerms(there, 'client'),
      ];
      const { parameters, value } = acceptDeflate(parseExtensions(deflateOffer(client))!, server)!;
      const judged = judgeDeflateAnswer(parseExtensions(value)!, client)!;
      assert.equal(judged.serverMaxWindowBits, parameters.serverMaxWindowBits);
      assert.equal(judged.serverNoContextTakeover, parameters.serverNoContextTakeover);
      assert.equal(judged.clientNoContextTakeover, parameters.clientNoContextTakeover);
      assert.ok(judged.clientMaxWindowBits <= parameters.clientMaxWindowBits);
    }),
  );
});

describe('deflateOffer', () => {
  it('7692-5-1: says what the client can do, and what it asks for', () => {
    assert.equal(
      deflateOffer(compressionTerms({}, 'client')),
      'permessage-deflate; client_max_window_bits',
    );
    const options = {
      serverMaxWindowBits: 10,
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
    };
    assert.equal(
      deflateOffer(compressionTerms(options, 'client')),
      'permessage-deflate; client_max_window_bits; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10',
    );
  });
});

describe('judgeDeflateAnswer', () => {
  const client = compressionTerms({}, 'client');

  for (const [clause, answer] of [
    ['7692-7.1.1.1-4', 'permessage-deflate; server_no_context_takeover'],
    ['7692-7.1.1.2-3', 'permessage-deflate; client_no_context_takeover'],
    ['7692-7.1.2.1-4', 'permessage-deflate; server_max_window_bits=9'],
    ['7692-7.1.2.2-3', 'permessage-deflate; client_max_window_bits=8'],
  ] as const) {
    it(`${clause}: takes "${answer}", though it was not asked for`, () => {
      assert.ok(judgeDeflateAnswer(parseExtensions(answer)!, client));
    });
  }

  for (const [clause, answer, options = {}] of [
    ['7692-5-10', 'permessage-deflate, permessage-deflate'],
    ['7692-5-14', 'permessage-bzip2'],
    ['7692-7-5', 'permessage-deflate; foo=1'],
    ['7692-7-6', 'permessage-deflate; client_max_window_bits'],
    ['7692-7-6', 'permessage-deflate; client_max_window_bits=7'],
    ['7692-7-6', 'permessage-deflate; client_max_window_bits=16'],
    ['7692-7-6', 'permessage-deflate; server_max_window_bits=020'],
    ['7692-7-6', 'permessage-deflate; server_max_window_bits=2147483656'],
    ['7692-7-6', 'permessage-deflate; server_no_context_takeover=true'],
    ['7692-7-7', 'permessage-deflate; server_no_context_takeover; server_no_context_takeover'],
    [
      '7692-7.1.2.1-3',
      'permessage-deflate; server_max_window_bits=11',
      { serverMaxWindowBits: 10 },
    ],
    ['7692-7.1.2.1-3', 'permessage-deflate', { serverMaxWindowBits: 10 }],
    ['7692-7.1.1.1-2', 'permessage-deflate', { serverNoContextTakeover: true }],
  ] as const) {
    it(`${clause}, W8: refuses "${answer}"`, () => {
      const terms = compressionTerms(options, 'client');
      assert.equal(judgeDeflateAnswer(parseExtensions(answer)!, terms), undefined);
    });
  }

  it('refuses an answer without extensions', () => {
    assert.equal(judgeDeflateAnswer([], client), undefined);
  });

  law(
    'judgeDeflateAnswer',
    'model',
    'for any answers to any offer: takes them exactly when they are one, which breaks no clause',
    fc.property(anyParameters(), fc.boolean(), anyOptions(), (parameters, isAlone, options) => {
      const terms = compressionTerms(options, 'client');
      const [offer] = parseExtensions(deflateOffer(terms))!;
      const answer = { token: 'permessage-deflate', parameters };
      const judged = judgeDeflateAnswer(isAlone ? [answer] : [answer, answer], terms);
      const isRight = faultsOfAnswer(parameters, offer!.parameters).length === 0;
      assert.equal(judged !== undefined, isAlone && isRight);
    }),
  );
});

// Helpers

/** Mostly parameters that there are, with values that they may have. */
function anyParameters(): fc.Arbitrary<Parameters> {
  const bits = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 8, max: 15 }).map(String) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, '7', '16', '08', 'x', '100') },
  );
  const flag = fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('', '1', 'true') },
  );
  const parameter = fc.oneof(
    fc.tuple(fc.constantFrom('server_max_window_bits', 'client_max_window_bits'), bits),
    fc.tuple(fc.constantFrom('server_no_context_takeover', 'client_no_context_takeover'), flag),
    fc.tuple(fc.constant('client_max_window_bits'), fc.constant(undefined)),
  );
  const usual = fc.uniqueArray(parameter, { selector: ([name]) => name, maxLength: 4 });
  const other = fc.array(fc.oneof(parameter, fc.tuple(fc.constantFrom('foo', 'toString'), flag)), {
    maxLength: 3,
  });
  return fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: other });
}

function anyOptions(): fc.Arbitrary<CompressionOptions> {
  return fc.record(
    {
      serverMaxWindowBits: fc.integer({ min: 8, max: 15 }),
      clientMaxWindowBits: fc.integer({ min: 8, max: 15 }),
      serverNoContextTakeover: fc.boolean(),
      clientNoContextTakeover: fc.boolean(),
    },
    { requiredKeys: [] },
  );
}
