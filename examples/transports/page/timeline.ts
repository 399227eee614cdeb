/**
 * The picture of one way: time runs to the left, requests are bars, messages are dots where they
 * arrive, with a line from where they were published.
 *
 * @module
 */

/** How many milliseconds are shown. */
const SHOWN = 30_000;

/** Something that lasts; still, if it has no end. */
export interface Span {
  readonly from: number;
  to?: number;
}

/** A request, until its answer has ended. */
export interface RequestSpan extends Span {
  isEmpty?: boolean;
  isCut?: boolean;
}

/** A message, published and arrived. */
export interface Arrival {
  readonly at: number;
  readonly arrived: number;
}

/** What is drawn. */
export interface Scene {
  readonly published: readonly number[];
  readonly requests: readonly RequestSpan[];
  readonly arrivals: readonly Arrival[];
  readonly faults: readonly Span[];
}

/** The colours of the page, light or dark. */
export interface Palette {
  readonly grid: string;
  readonly request: string;
  readonly requestEdge: string;
  readonly empty: string;
  readonly message: string;
  readonly fault: string;
  readonly faultTint: string;
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    grid: colour('--line'),
    request: colour('--request-tint'),
    requestEdge: colour('--request'),
    empty: colour('--empty'),
    message: colour('--message'),
    fault: colour('--bad'),
    faultTint: colour('--fault-tint'),
  };
}

/** Forgets what has left the picture. */
export function forget(scene: { [Part in keyof Scene]: Scene[Part][number][] }, now: number): void {
  const oldest = now - SHOWN - 1_000;
  drop(scene.published, (at) => at < oldest);
  drop(scene.requests, ({ to }) => to !== undefined && to < oldest);
  drop(scene.arrivals, ({ arrived }) => arrived < oldest);
  drop(scene.faults, ({ to }) => to !== undefined && to < oldest);
}

function drop<T>(items: T[], isOld: (item: T) => boolean): void {
  const kept = items.findIndex((item) => !isOld(item));
  items.splice(0, kept === -1 ? items.length : kept);
}

/** Draws a scene as it is at `now`. */
export function draw(canvas: HTMLCanvasElement, scene: Scene, palette: Palette, now: number): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = devicePixelRatio;
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  const pen = canvas.getContext('2d')!;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  const x = (time: number) => width - MARGIN - ((now - time) / SHOWN) * (width - MARGIN);
  drawGrid(pen, scene.published, palette, x, height);
  for (const span of scene.faults) drawFault(pen, span, palette, x, now, height);
  for (const request of scene.requests) drawRequest(pen, request, palette, x, now, height);
  for (const arrival of scene.arrivals) drawArrival(pen, arrival, palette, x, height);
}

type Pen = CanvasRenderingContext2D;
type Place = (time: number) => number;

/** Room at the right for what happens now. */
const MARGIN = 8;

/** The height of a bar. */
const BAR = 14;

/** Where a message was published, through all ways alike. */
function drawGrid(pen: Pen, times: readonly number[], { grid }: Palette, x: Place, height: number) {
  pen.fillStyle = grid;
  for (const at of times) pen.fillRect(x(at) - 0.5, 0, 1, height);
}

function drawFault(pen: Pen, span: Span, palette: Palette, x: Place, now: number, height: number) {
  const from = x(span.from);
  pen.fillStyle = palette.faultTint;
  pen.fillRect(from, 0, Math.max(3, x(span.to ?? now) - from), height);
}

function drawRequest(
  pen: Pen,
  { from, to, isEmpty: hadNothing, isCut }: RequestSpan,
  palette: Palette,
  x: Place,
  now: number,
  height: number,
) {
  const isEmpty = hadNothing && !isCut;
  const top = (height - BAR) / 2;
  const left = Math.max(-10, x(from));
  const right = Math.max(left + 4, x(to ?? now + 400));
  pen.beginPath();
  pen.roundRect(left + 0.5, top, right - left - 1, BAR, 3);
  pen.fillStyle = palette.request;
  pen.strokeStyle = isEmpty ? palette.empty : palette.requestEdge;
  if (!isEmpty) pen.fill();
  pen.lineWidth = isEmpty ? 2 : 1;
  pen.stroke();
  pen.fillStyle = isEmpty ? palette.empty : palette.requestEdge;
  pen.fillRect(left - 0.5, top - 5, 2, BAR + 10);
  if (isCut) drawCross(pen, right, height / 2, palette.fault);
}

function drawCross(pen: Pen, x: number, y: number, colour: string) {
  pen.strokeStyle = colour;
  pen.lineWidth = 2.5;
  pen.beginPath();
  pen.moveTo(x - 5, y - 5);
  pen.lineTo(x + 5, y + 5);
  pen.moveTo(x - 5, y + 5);
  pen.lineTo(x + 5, y - 5);
  pen.stroke();
}

function drawArrival(
  pen: Pen,
  { at, arrived }: Arrival,
  { message }: Palette,
  x: Place,
  height: number,
) {
  const y = height / 2;
  pen.strokeStyle = message;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(x(at), y);
  pen.lineTo(x(arrived), y);
  pen.stroke();
  pen.fillStyle = message;
  pen.beginPath();
  pen.arc(x(arrived), y, 4.5, 0, 2 * Math.PI);
  pen.fill();
}
