/**
 * The standards that clauses are of.
 *
 * @module
 */

/** A document with clauses in it. */
export interface Standard {
  /** What it is called on the command line, and what the ids of its clauses begin with. */
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly title: string;
}

/** In the order of reports. */
export const STANDARDS: readonly Standard[] = [
  { id: 'rfc6455', prefix: '6455', name: 'RFC 6455', title: 'The WebSocket Protocol' },
  { id: 'rfc7692', prefix: '7692', name: 'RFC 7692', title: 'Compression Extensions' },
  { id: 'rfc9112', prefix: '9112', name: 'RFC 9112', title: 'HTTP/1.1' },
  { id: 'rfc9110', prefix: '9110', name: 'RFC 9110', title: 'HTTP Semantics' },
  { id: 'rfc6585', prefix: '6585', name: 'RFC 6585', title: 'Additional Status Codes' },
  { id: 'rfc8297', prefix: '8297', name: 'RFC 8297', title: 'Early Hints' },
  { id: 'html', prefix: 'html', name: 'HTML', title: 'Server-sent events' },
  { id: 'rfc6202', prefix: '6202', name: 'RFC 6202', title: 'Long Polling and Streaming' },
  { id: 'fetch', prefix: 'fetch', name: 'Fetch', title: 'CORS' },
  { id: 'rfc6454', prefix: '6454', name: 'RFC 6454', title: 'The Web Origin Concept' },
];

/** The standard that a clause is of. */
export function standardOf(clause: string): Standard {
  const prefix = clause.split('-', 1)[0]!;
  const standard = STANDARDS.find((one) => one.prefix === prefix);
  if (standard === undefined) throw new RangeError(`${clause} is of no standard`);
  return standard;
}

/** The section that a clause is of, without the name of the standard. */
export function sectionOf({ section }: { readonly section: string }): string {
  return section.replace(/^(?:RFC \d+|Fetch),? /, '');
}
