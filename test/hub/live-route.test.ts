import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { newHub } from '../support/running-hub.ts';

describe('requireLiveRoute', () => {
  const authorize = () => ({ channels: [] });
  const hub = newHub();
  for (const [route, message] of [
    [{}, /^authorize of the live route \/live must be a function, not undefined$/],
    [{ authorize: ['news'] }, /^authorize of .* must be a function, not a list$/],
    [{ authorise() {} }, /^the live route \/live has no authorise: did you mean authorize\?$/],
    [{ authorize, origin: [] }, /did you mean origins/],
    [{ authorize, transports: 'jsonp' }, /^transports is a list: "jsonp"$/],
    [{ authorize, transports: ['sse'] }, /^there is no transport sse: .*event-stream/],
    [{ authorize, slow: 'drop' }, /^slow is 'read-on' or 'close': "drop"$/],
    [{ authorize, compression: { treshold: 1 } }, /^there is no compression\.treshold/],
  ] as const) {
    it(`throws where the route is made: ${message.source}`, () => {
      assert.throws(() => hub.live('/live', route as never), { name: /Type|Range/, message });
    });
  }

  it('leaves the path free that was not given a route', () => {
    hub.live('/live', { authorize, slow: 'close', transports: ['jsonp'] });
  });
});
