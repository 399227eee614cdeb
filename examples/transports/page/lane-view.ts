import { element } from '../../page/dom.ts';
import type { Fault, FaultRecord, Message, RawRecord, TabNews, Traffic, Way } from '../records.ts';
import { rawOctets } from './raw-view.ts';
import { POLL_EVERY } from './receive.ts';
import { Tally } from './tally.ts';
import {
  type Arrival,
  draw,
  forget,
  type Palette,
  type RequestSpan,
  type Span,
} from './timeline.ts';

/** What a way is called, to whom it belongs, and what it does. */
const TEXTS: Readonly<Record<Way, readonly [name: string, family: string, what: string]>> = {
  polling: ['Polling', 'pull', `Asks every ${POLL_EVERY / 1_000} seconds, news or none.`],
  'long-poll': ['Long poll', 'Comet', 'Asks, and is answered when there is something.'],
  jsonp: ['Script tag', 'Comet', 'A long poll by <script>: the answer calls a function.'],
  'forever-frame': ['Hidden iframe', 'Comet', 'A document that never ends, a script a message.'],
  stream: ['Stream', 'Comet', 'An answer that never ends, read as it grows.'],
  'event-stream': ['Event stream', 'standard', 'The same, and EventSource comes back by itself.'],
  websocket: ['WebSocket', 'standard', 'One handshake, then frames, both ways.'],
};

/** What a button says, and what is said while it happens. */
const FAULTS: Readonly<Record<Fault, readonly [button: string, armed: string, begun: string]>> = {
  cut: ['Cut', 'Will be cut in the middle of the next message.', 'Cut in the middle of a message.'],
  stall: [
    'Stall',
    'The next answer will stall.',
    'Stalled: nothing gets through for 6 s, then it is cut.',
  ],
  buffer: [
    'Buffer',
    'The next answer will be buffered.',
    'Buffered: held back until it is whole, or for 6 s.',
  ],
};

/** The titles of the octets that are shown. */
const PARTS: Readonly<Record<RawRecord['part'], string>> = {
  request: 'Latest request',
  response: 'Head of the latest answer',
  message: 'What brought the latest message',
};

/** As many octets a message fill the gauge. */
const GAUGE = 1_600;

/** A fault that is over: when, and the number of the latest message by then. */
interface Recovery {
  readonly since: number;
  readonly until: number;
}

/** One way to receive, on the page: its picture, its figures, its faults, its octets. */
export class LaneView {
  readonly root: HTMLElement;
  readonly #name: string;
  readonly #tally: Tally = new Tally();
  readonly #canvas: HTMLCanvasElement;
  readonly #figures: Readonly<Record<string, HTMLElement>>;
  /** How many octets a message takes, as a length. */
  readonly #gauge: HTMLElement = element('dd.gauge');
  readonly #state: HTMLElement = element('p.state');
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #octets: Readonly<Record<string, HTMLElement>>;
  readonly #requests: (RequestSpan & { readonly id: number })[] = [];
  readonly #arrivals: Arrival[] = [];
  readonly #faults: Span[] = [];
  #recovery: Recovery | undefined;
  /** What has gone over its connections. */
  #traffic: Traffic | undefined;

  /** @param ask - Asks the server for a fault. */
  constructor(way: Way, ask: (fault: Fault) => void) {
    const [name, family, what] = TEXTS[way];
    this.#name = name;
    this.#canvas = document.createElement('canvas');
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.ariaLabel = `Requests and messages of the last half minute: ${name}`;
    this.#figures = Object.fromEntries(
      ['latest', 'delay', 'octets', 'requests', 'vain', 'missing', 'repeated'].map((figure) => [
        figure,
        element(`dd.${figure}`, '–'),
      ]),
    );
    this.#state.setAttribute('role', 'status');
    this.#buttons = (Object.keys(FAULTS) as Fault[]).map((fault) => faultButton(fault, name, ask));
    this.#octets = Object.fromEntries(
      Object.entries(PARTS).map(([part, title]) => [part, scrolled(`${title}: ${name}`)]),
    );
    const panel = element(
      'div.octets-panel',
      ...Object.entries(PARTS).map(([part, title]) =>
        element('section', element('h4', title), this.#octets[part]),
      ),
    );
    panel.id = `octets-${way}`;
    this.root = element(
      'li.lane',
      element(
        'div.who',
        element('h3', name, element(`span.family.${family}`, family)),
        element('p.what', what),
        this.#state,
      ),
      this.#canvas,
      element(
        'dl.figures',
        this.#figure('latest', 'Latest'),
        this.#figure('delay', 'Delay'),
        element('div', element('dt', 'Octets each'), this.#figures['octets'], this.#gauge),
        element('div', element('dt', 'Requests'), this.#figures['requests'], this.#figures['vain']),
        this.#figure('missing', 'Missing'),
        this.#figure('repeated', 'Repeated'),
      ),
      element('div.faults', ...this.#buttons, unfolding(panel, name)),
      panel,
    );
    this.root.dataset['way'] = way;
  }

  /** A message has arrived. */
  take(message: Message, now: number): void {
    this.#tally.take(message, now);
    this.#arrivals.push({ at: message.at, arrived: now });
    this.#showFigures();
    if (this.#recovery !== undefined && this.#tally.latest >= this.#recovery.until)
      this.#recovered(now);
  }

  /**
   * Takes what the server tells of this way.
   *
   * @param latest - The number of the latest message that was published.
   */
  hear(news: TabNews, latest: number): void {
    if (news.kind === 'traffic') {
      this.#traffic = news.traffic;
      this.#showFigures();
    } else if (news.kind === 'raw') {
      this.#octets[news.part]!.replaceChildren(...rawOctets(news.pieces));
    } else if (news.kind === 'request') {
      this.#requests.push({ id: news.id, from: news.at });
    } else if (news.kind === 'end') {
      const { at: to, isEmpty, isCut } = news;
      const request = this.#requests.find(({ id }) => id === news.id);
      if (request !== undefined) Object.assign(request, { to, isEmpty, isCut });
    } else if (news.kind === 'fault') {
      this.#disturbed(news, latest);
    }
  }

  /** Draws the picture as it is now. */
  draw(published: readonly number[], palette: Palette, now: number): void {
    const scene = {
      published: [...published],
      requests: this.#requests,
      arrivals: this.#arrivals,
      faults: this.#faults,
    };
    forget(scene, now);
    draw(this.#canvas, scene, palette, now);
  }

  #disturbed({ fault, state, at }: FaultRecord, latest: number): void {
    const [, armed, begun] = FAULTS[fault];
    for (const button of this.#buttons) button.setAttribute('aria-disabled', `${state !== 'over'}`);
    if (state === 'over') {
      const span = this.#faults.at(-1)!;
      span.to = at;
      this.#recovery = { since: at, until: latest };
      if (this.#tally.latest >= latest) this.#recovered(Date.now());
      return;
    }
    if (state === 'begun') this.#faults.push({ from: at });
    this.#say('faulty', state === 'armed' ? armed : begun);
  }

  #recovered(now: number): void {
    const { since } = this.#recovery!;
    this.#recovery = undefined;
    const { missing, repeated } = this.#tally;
    const isWhole = missing === 0 && repeated === 0;
    const what = isWhole
      ? 'nothing missing, nothing twice'
      : `${missing} missing, ${repeated} twice`;
    const when = now - since < 100 ? 'Went on at once' : `Back after ${duration(now - since)}`;
    this.#say(isWhole ? 'well' : 'faulty', `${when}, ${what}.`);
  }

  #say(mood: 'well' | 'faulty', sentence: string): void {
    this.#state.replaceChildren(element('span.unseen', `${this.#name}: `), sentence);
    this.#state.dataset['mood'] = mood;
  }

  #figure(name: string, title: string): HTMLElement {
    return element('div', element('dt', title), this.#figures[name]);
  }

  #showFigures(): void {
    const { latest, received, missing, repeated, delay } = this.#tally;
    const traffic = this.#traffic;
    this.#set('latest', latest === 0 ? '–' : `#${latest}`);
    this.#set('delay', delay === undefined ? '–' : duration(delay));
    this.#set('missing', `${missing}`);
    this.#set('repeated', `${repeated}`);
    if (traffic === undefined) return;
    const octets = traffic.heads + traffic.framing + traffic.content;
    const each = received === 0 ? undefined : octets / received;
    this.#set('octets', each === undefined ? '–' : Math.round(each).toLocaleString('en'));
    this.#gauge.style.width = `${Math.min(1, (each ?? 0) / GAUGE) * 100}%`;
    this.#set('requests', `${traffic.requests}`);
    this.#set('vain', `${traffic.empty} in vain`);
    this.#figures['vain']!.classList.toggle('some', traffic.empty > 0);
  }

  #set(figure: string, text: string): void {
    this.#figures[figure]!.textContent = text;
  }
}

function faultButton(fault: Fault, name: string, ask: (fault: Fault) => void): HTMLButtonElement {
  const [text] = FAULTS[fault];
  const button = element('button', text) as HTMLButtonElement;
  button.type = 'button';
  button.dataset['fault'] = fault;
  button.ariaLabel = `${text} ${name}`;
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') ask(fault);
  });
  return button;
}

/** A button that shows and hides what is below. */
function unfolding(panel: HTMLElement, name: string): HTMLButtonElement {
  const button = element('button.unfold', 'Octets') as HTMLButtonElement;
  button.type = 'button';
  button.ariaLabel = `Octets of ${name}`;
  button.setAttribute('aria-controls', panel.id);
  const show = (isShown: boolean) => {
    panel.hidden = !isShown;
    button.ariaExpanded = `${isShown}`;
  };
  button.addEventListener('click', () => show(panel.hidden !== false));
  show(false);
  return button;
}

/** A box for octets. Scrolled by keyboard too: not every browser lets one focus what scrolls. */
function scrolled(name: string): HTMLElement {
  const box = element('pre', '–');
  box.tabIndex = 0;
  box.role = 'group';
  box.ariaLabel = name;
  return box;
}

function duration(milliseconds: number): string {
  if (milliseconds < 1) return '< 1 ms';
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
