import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { FieldList } from '../../src/http1/fields.ts';
import { HostExchange } from '../../src/node/host-exchange.ts';

describe('HostExchange', () => {
  it('tells what is asked for, and by whom', () => {
    const exchange = exchangeOf('/a?b');
    const { source, url, host, remoteAddress, localAddress, secure, scheme } = exchange;
    assert.deepEqual([source, url, host], ['source', '/a?b', 'a.example']);
    assert.deepEqual([remoteAddress, localAddress, secure, scheme], ['::2', '::1', true, 'https']);
    assert.equal(exchange.fields, exchange.head.fields);
  });

  it('takes the authority of the target before that of Host', () => {
    assert.equal(exchangeOf('/', 'b.example').host, 'b.example');
  });

  it('believes the proxies that it is given what they say of the scheme', () => {
    assert.equal(exchangeOf('/', undefined, ['::2']).scheme, 'http');
  });

  it('asks the connection each time', () => {
    const ends = { remoteAddress: '::2', localAddress: '::1', secure: true };
    const exchange = exchangeOf('/', undefined, [], ends);
    ends.remoteAddress = '::3';
    assert.equal(exchange.remoteAddress, '::3');
  });
});

// Helpers

class AnyExchange extends HostExchange<string> {}

const ENDS = { remoteAddress: '::2', localAddress: '::1', secure: true };

function exchangeOf(
  path: string,
  authority?: string,
  proxies: readonly string[] = [],
  ends = ENDS,
): AnyExchange {
  const fields = new FieldList([
    { name: 'host', value: 'a.example' },
    { name: 'x-forwarded-proto', value: 'http' },
  ]);
  const head = { method: 'GET', target: path, minorVersion: 1, fields } as const;
  const target = { form: 'origin', scheme: undefined, authority, path } as const;
  return new AnyExchange('source', head, target, ends, proxies);
}
