import type { Transport } from './types.ts';

let count = 0;

/**
 * Long polling by script elements: the answer is a script that calls a function of the page, which
 * needs neither `fetch` nor CORS. What is sent goes by POST all the same.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6202#section-4.1 | RFC 6202 §4.1}
 */
export const jsonp: Transport = {
  name: 'jsonp',
  isPoll: true,
  open({ url, receive, ended }) {
    const callbacks = globalThis as unknown as Record<string, unknown>;
    const name = `encke_${Date.now().toString(36)}_${count++}`;
    const script = document.createElement('script');
    callbacks[name] = (records: unknown) => {
      delete callbacks[name];
      receive(records);
    };
    script.onload = script.onerror = () => {
      script.remove();
      ended();
    };
    // The server goes by the Referer: such a request has no Origin.
    script.referrerPolicy = 'strict-origin-when-cross-origin';
    const address = new URL(url);
    address.searchParams.append('callback', name);
    script.src = address.href;
    document.head.append(script);
    return {
      close() {
        script.onload = script.onerror = null;
        script.remove();
        // A script that is on its way can't be called back, and runs whenever it comes.
        if (callbacks[name]) callbacks[name] = () => {};
      },
    };
  },
};
