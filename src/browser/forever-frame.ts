import type { Transport } from './types.ts';

/**
 * For how many milliseconds records may still come once the document has ended: messages and the
 * event that it is loaded are queued apart.
 */
const LAST_WORDS = 200;

/**
 * Streaming into a hidden iframe: a document that never ends, each script of which hands records to
 * the page. What is sent goes by POST.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6202#section-3 | RFC 6202 §3}
 */
export const foreverFrame: Transport = {
  name: 'forever-frame',
  open({ url, receive, ended }) {
    const frame = document.createElement('iframe');
    const { origin } = new URL(url);
    const hear = (event: MessageEvent): void => {
      if (event.source === frame.contentWindow && event.origin === origin) receive(event.data);
    };
    addEventListener('message', hear);
    frame.onload = () => setTimeout(ended, LAST_WORDS);
    frame.hidden = true;
    frame.referrerPolicy = 'strict-origin-when-cross-origin';
    frame.src = url;
    document.body.append(frame);
    return {
      close() {
        removeEventListener('message', hear);
        frame.onload = null;
        frame.remove();
      },
    };
  },
};
