import { byId, element } from '../../page/dom.ts';

/** More than a browser opens to one origin. */
const STREAMS = 8;

/** Shows how many of eight streams a browser opens to one origin, and that the others wait. */
export function showOriginLimit(address: string): void {
  const button = byId<HTMLButtonElement>('limit-open');
  const closing = byId('limit-close');
  let streams: HeldStream[] = [];
  const show = () => {
    const open = streams.filter(({ isOpen }) => isOpen).length;
    button.textContent = streams.length === 0 ? 'Open eight streams there' : 'Close them all';
    // A button that is disabled would lose the focus.
    closing.ariaDisabled = `${open === 0}`;
    byId('limit-result').textContent =
      streams.length === 0
        ? ''
        : `${open} open, ${streams.length - open} waiting for a connection.`;
  };
  button.disabled = false;
  button.addEventListener('click', () => {
    for (const stream of streams) stream.close();
    const isOpening = streams.length === 0;
    streams = Array.from(
      { length: isOpening ? STREAMS : 0 },
      (_, i) => new HeldStream(address, i, show),
    );
    byId('limit-streams').replaceChildren(...streams.map(({ element }) => element));
    show();
  });
  closing.addEventListener('click', () => {
    const first = streams.find(({ isOpen }) => isOpen);
    streams = streams.filter((stream) => stream !== first);
    first?.close();
    show();
  });
}

/** A stream that is held open, and a box that shows whether it is. */
class HeldStream {
  readonly element: HTMLElement;
  readonly #abort: AbortController = new AbortController();
  isOpen = false;

  constructor(address: string, index: number, changed: () => void) {
    this.element = element('li', `${index + 1} waits`);
    fetch(address, { signal: this.#abort.signal, cache: 'no-store' })
      .then(() => {
        this.isOpen = true;
        this.element.className = 'open';
        this.element.textContent = `${index + 1} open`;
        changed();
      })
      .catch(() => {}); // closed before it was answered
  }

  close(): void {
    this.#abort.abort();
    this.element.remove();
  }
}
