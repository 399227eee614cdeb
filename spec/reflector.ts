/**
 * The reflector: a resource of the subject that answers as the query of the request asks, for all
 * the clauses that depend on what an application does. Any server can have one in a few lines.
 *
 * A parameter may come several times where its value is a field line. Values are percent-encoded
 * octets.
 *
 * | parameter | what the application does |
 * |---|---|
 * | `status` | answers with this status instead of 200 |
 * | `reason` | gives this reason phrase, where the server lets it |
 * | `field` | adds this field line, `Name: value` |
 * | `body` | answers with this content |
 * | `stream` | hands the content over in this many pieces, without telling its length beforehand |
 * | `length` | says that the content has this length |
 * | `trailer` | adds this field line behind a streamed content |
 * | `abort` | gives up after the streamed content, instead of ending it |
 * | `early` | sends a 103 with this `Link` beforehand |
 * | `wait` | answers after so many milliseconds |
 * | `private` | answers 401 with a challenge, unless the request has credentials |
 * | `view` | answers with the request as the application sees it, see {@link readView} |
 * | `unread` | leaves the content of the request alone |
 * | `token` | remembers this token, and when the client leaves before the answer, that too |
 * | `seen`, `left` | answers `yes` when this token has been remembered, or its client has left, else `no` |
 *
 * To what it can't do it answers 501. What the server refuses to do for it, it answers with 500, or
 * the server does.
 *
 * @module
 */

/** The status with which a reflector says that it can't do what is asked. */
export const UNABLE = 501;

/** What is asked of a reflector. */
export interface Reflection {
  readonly status?: number;
  readonly reason?: string;
  readonly field?: string | readonly string[];
  readonly body?: string;
  readonly stream?: number;
  readonly length?: number;
  readonly trailer?: string | readonly string[];
  readonly abort?: 1;
  readonly early?: string;
  readonly wait?: number;
  readonly private?: 1;
  readonly view?: 1;
  readonly unread?: 1;
  readonly token?: string;
  readonly seen?: string;
  readonly left?: string;
}

/** A request as an application saw it. */
export interface View {
  readonly method: string;
  /** The host of the target URI, as the application has to understand it. */
  readonly host: string;
  /** The field lines, names in lower case, each character an octet. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** The query that asks for a reflection. */
export function reflection(asked: Reflection): string {
  const parameters = Object.entries(asked).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}=${encode(String(one))}`),
  );
  return `?${parameters.join('&')}`;
}

/**
 * Reads what `view` answers: a line with the method, a line with the host, then the field lines as
 * `name: value`, in latin1.
 */
export function readView(content: Buffer): View {
  const [method, host, ...lines] = content.toString('latin1').split('\n');
  const fields = lines
    .filter((line) => line !== '')
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
  return { method: method!, host: host ?? '', fields };
}

/** Percent-encodes octets. @see RFC 3986 §2.1 */
function encode(octets: string): string {
  return octets.replace(
    /[^A-Za-z0-9\-._~]/g,
    (octet) => `%${octet.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
