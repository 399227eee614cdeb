/**
 * How a fault of a WebSocket server is written down: a row of a table, with a line of its script.
 *
 * @module
 */

import type { Parameters } from '../../../spec/models/permessage-deflate.ts';
import { readUtf8 } from '../../../spec/models/utf8.ts';
import type { Connection } from './connection.ts';
import type { OutgoingFrame } from './frames.ts';
import { type Answer, fieldOf, listOf, type Request, written } from './handshake.ts';
import { RIGHT, type Script } from './script.ts';

/** What is otherwise than in the right script. */
export type Fault = Partial<Script>;

/**
 * A fault, and the probes that find it, each of which makes a mutant. One with a memory is made anew for each. A
 * fault that is to say nothing is marked, since silence proves nothing of the others.
 */
export type Row = readonly [
  probes: string,
  fault: string,
  otherwise: Fault | (() => Fault),
  manner?: 'silent',
];

// What it takes a handshake for

/** Takes a request for what it is not. */
export function reads(change: Partial<Request>): Fault {
  return { reads: (request) => ({ ...request, ...change }) };
}

/** Takes the lines of a field for others. */
export function field(name: string, change: (values: readonly string[]) => string[]): Fault {
  return {
    reads: (request) => {
      const { [name]: values = [], ...others } = request.lines;
      return { ...request, lines: { ...others, [name]: change(values) } };
    },
  };
}

/** Takes a field for this one when its value, or having none, suits. */
export function takes(name: string, suits: RegExp | undefined, value: string): Fault {
  return field(name, (values) => {
    const isMeant = suits === undefined ? values.length === 0 : suits.test(values.join(', '));
    return isMeant ? [value] : [...values];
  });
}

/** Does not look at a field. */
export function ignores(name: string): Fault {
  return field(name, () => []);
}

/** Takes the first line of a field for the only one. */
export function takesFirst(name: string): Fault {
  return field(name, (values) => values.slice(0, 1));
}

/** Refuses a request because of what stands in a field. */
export function refuses(name: string, minds: (values: readonly string[]) => boolean): Fault {
  return { minds: ({ lines }) => minds(lines[name] ?? []) };
}

// What it answers

/** Answers an upgrade with this field, whatever it should say there. */
export function sets(name: string, value: string | ((right: string) => string)): Fault {
  return {
    answers: (answer) => {
      if (answer.status !== 101) return answer;
      const said = typeof value === 'string' ? value : value(fieldOf(answer, name) ?? '');
      return { ...answer, fields: [...without(answer, name), [name, said]] };
    },
  };
}

/** Leaves a field out of all answers. */
export function leavesOut(name: string): Fault {
  return { answers: (answer) => ({ ...answer, fields: without(answer, name) }) };
}

/** Says a field in two lines. */
export function doubles(name: string): Fault {
  return {
    answers: (answer) => ({
      ...answer,
      fields: answer.fields.flatMap((line) => (line[0] === name ? [line, line] : [line])),
    }),
  };
}

/** Gives one status for another. */
export function answersWith(status: number, replacement: number): Fault {
  return {
    answers: (answer) => (answer.status === status ? { ...answer, status: replacement } : answer),
  };
}

function without({ fields }: Answer, unwanted: string): Answer['fields'] {
  return fields.filter(([name]) => name !== unwanted);
}

/** Accepts every extension, just as it was offered. */
export const ACCEPTS_ALL: Fault = {
  ...ignores('sec-websocket-extensions'),
  answers: (answer, { lines }) => {
    const offered = listOf(lines, 'sec-websocket-extensions').join(', ');
    if (answer.status !== 101 || offered === '') return answer;
    return { ...answer, fields: [...answer.fields, ['Sec-WebSocket-Extensions', offered]] };
  },
};

/** Accepts permessage-deflate with these parameters. */
export function acceptsOffer(parameters: string): Fault {
  return {
    isAcceptable: (offer) => written('', offer) === `; ${parameters}` || RIGHT.isAcceptable(offer),
  };
}

/** Answers an offer with these parameters. */
export function agrees(...parameters: Parameters): Fault {
  return { agrees: () => parameters };
}

// What it does with frames

/** Sends other frames in place of those with an opcode. */
export function sends(
  isMeant: (frame: OutgoingFrame) => boolean,
  change: (frame: OutgoingFrame) => Partial<OutgoingFrame>,
): Fault {
  return { sends: (frame) => [isMeant(frame) ? { ...frame, ...change(frame) } : frame] };
}

export const isData = ({ opcode }: { opcode: number }): boolean => opcode < 8;
export const isControl = ({ opcode }: { opcode: number }): boolean => opcode >= 8;

/** Whether a frame has this opcode. */
export function is(opcode: number): (frame: { readonly opcode: number }) => boolean {
  return (frame) => frame.opcode === opcode;
}

/** Takes any text with these octets in it for UTF-8. */
export function takesText(octets: string): Fault {
  return {
    isText: (text) =>
      Buffer.from(text).toString('hex').includes(octets) || readUtf8(text) !== undefined,
  };
}

/** Does something about a connection later than it should. */
export function late(milliseconds: number, does: (connection: Connection) => void) {
  return (connection: Connection): void => {
    setTimeout(() => does(connection), milliseconds);
  };
}
