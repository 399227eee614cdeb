/** What the query of a request asks of a reflector, read. @see docs/conformance.md */
export interface Asked {
  readonly status: number;
  readonly reason: string | undefined;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly trailers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** In how many pieces the content is handed over; 0 for all at once, its length known. */
  readonly stream: number;
  readonly length: string | undefined;
  readonly abort: boolean;
  readonly early: string | undefined;
  readonly wait: number;
  readonly private: boolean;
  readonly view: boolean;
  readonly unread: boolean;
  readonly token: string | undefined;
  readonly seen: string | undefined;
  readonly left: string | undefined;
}

/** Reads the query of a target. Percent-encoded octets become characters of latin1. */
export function readAsked(target: string): Asked {
  const parameters = readQuery(target);
  const all = (name: string) =>
    parameters.filter(([one]) => one === name).map(([, value]) => value);
  const first = (name: string) => all(name).at(0);
  return {
    status: Number(first('status') ?? 200),
    reason: first('reason'),
    fields: all('field').map(readField),
    trailers: all('trailer').map(readField),
    body: Buffer.from(first('body') ?? '', 'latin1'),
    stream: Number(first('stream') ?? 0),
    length: first('length'),
    abort: first('abort') !== undefined,
    early: first('early'),
    wait: Number(first('wait') ?? 0),
    private: first('private') !== undefined,
    view: first('view') !== undefined,
    unread: first('unread') !== undefined,
    token: first('token'),
    seen: first('seen'),
    left: first('left'),
  };
}

/** What a reflector remembers of the requests with a token. */
export class Notes {
  readonly seen: Set<string> = new Set();
  readonly left: Set<string> = new Set();

  /** The answer to a question about a token, or nothing when none was asked. */
  answer({ seen, left }: Asked): string | undefined {
    if (seen !== undefined) return this.seen.has(seen) ? 'yes' : 'no';
    if (left !== undefined) return this.left.has(left) ? 'yes' : 'no';
    return undefined;
  }
}

/** The pieces in which the content is handed over. */
export function piecesOf({ body, stream }: Asked): Buffer[] {
  const size = Math.max(1, Math.ceil(body.length / stream));
  return Array.from({ length: stream }, (_, index) =>
    body.subarray(index * size, (index + 1) * size),
  );
}

function readQuery(target: string): (readonly [name: string, value: string])[] {
  const [, query = ''] = target.split('?', 2);
  return query
    .split('&')
    .filter((parameter) => parameter !== '')
    .map((parameter) => {
      const [name, value = ''] = parameter.split('=', 2);
      return [name!, decode(value)];
    });
}

/** Each octet becomes one character. */
function decode(value: string): string {
  return value.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** `Name: value`, without judging either: a reflector says what it is told to say. */
function readField(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}
