import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isHttpTransport, LiveQuery, parseQuery } from '../../src/hub/query.ts';

describe('parseQuery', () => {
  it('reads as browsers write forms: plus, percent, UTF-8, and names without a value', () => {
    const query = parseQuery('/events?a=b+c&a=%2B&%C3%BC=%E2%82%AC&empty=&none&&=x&bad=%zz%ff');
    assert.deepEqual(
      [...query],
      [
        ['a', ['b c', '+']],
        ['ü', ['€']],
        ['empty', ['']],
        ['none', ['']],
        ['', ['x']],
        ['bad', ['%zz\ufffd']],
      ],
    );
  });

  it('is empty without a query', () => {
    assert.equal(parseQuery('/events').size, 0);
    assert.equal(parseQuery('/events?').size, 0);
  });

  it('holds names that objects have', () => {
    const query = parseQuery('/?__proto__=1&constructor=2&toString=3');
    assert.deepEqual([...query.keys()], ['__proto__', 'constructor', 'toString']);
    assert.equal(parseQuery('/').get('constructor'), undefined);
  });
});

describe('LiveQuery', () => {
  it('reads the control parameters, and leaves the others to the application', () => {
    const query = read(
      'transport=long-poll&cursor=e.1-1&channel=a&channel=b&session=s&wait=2.5&callback=f&other=1&other=2',
    );
    assert.equal(query.fault, undefined);
    assert.equal(query.transport, 'long-poll');
    assert.equal(query.cursor, 'e.1-1');
    assert.deepEqual([...query.channels!], ['a', 'b']);
    assert.equal(query.session, 's');
    assert.equal(query.wait, 2_500);
    assert.equal(query.callback, 'f');
  });

  it('takes what is empty for absent', () => {
    const query = read('transport=&cursor=&session=&wait=&callback=');
    for (const name of ['transport', 'cursor', 'session', 'wait', 'callback', 'fault'] as const) {
      assert.equal(query[name], undefined);
    }
    assert.equal(query.channels, undefined);
  });

  it('prefers Last-Event-ID, unless that is empty', () => {
    assert.equal(read('cursor=e.1-1', 'e.2-0').cursor, 'e.2-0');
    assert.equal(read('cursor=e.1-1', '').cursor, 'e.1-1');
    assert.equal(read('', 'e.2-0').cursor, 'e.2-0');
  });

  for (const name of ['transport', 'cursor', 'session', 'wait', 'callback']) {
    it(`says that ${name} may not repeat`, () => {
      const value = name === 'transport' ? 'stream' : '1';
      assert.match(read(`${name}=${value}&${name}=${value}`).fault!, new RegExp(`${name} may not`));
    });
  }

  for (const name of ['websocket', 'constructor', '__proto__', 'Stream']) {
    it(`says that there is no transport ${name}`, () => {
      assert.match(read(`transport=${name}`).fault!, new RegExp(name));
      assert.equal(isHttpTransport(name), false);
    });
  }

  for (const wait of ['-1', '1e3', '.5', '5.', 'NaN', 'Infinity', '0x1', ' 1', '1234567890']) {
    it(`does not take ${JSON.stringify(wait)} for seconds`, () => {
      const query = read(`wait=${encodeURIComponent(wait)}`);
      assert.match(query.fault!, /seconds/);
      assert.equal(query.wait, undefined);
    });
  }

  it('does not look at the transport of an upgrade', () => {
    const query = new LiveQuery('/?transport=x&transport=y&cursor=c', undefined, true);
    assert.equal(query.fault, undefined);
    assert.match(new LiveQuery('/?cursor=c&cursor=d', undefined, true).fault!, /cursor/);
  });

  it('takes no time for one to hold', () => {
    assert.equal(read('wait=0').wait, 0);
  });
});

// Helpers

function read(query: string, lastEventId?: string): LiveQuery {
  return new LiveQuery(`/events?${query}`, lastEventId);
}
