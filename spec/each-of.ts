/**
 * Probes that try many cases of one kind, each on connections of its own: they say which was the first
 * that went wrong, and what it was. The cases are made when they are tried, so that those of many octets
 * take no memory before.
 *
 * @module
 */

import type { Finding, Subject } from './probe.ts';
import { finding, notApplicable } from './probe.ts';
import type { Judgement } from './websocket-judgements.ts';
import type { Wire } from './wire.ts';

/** A case, and what it is called in a report. */
export type Case = readonly [name: string, judgement: Judgement];

/**
 * Judges one case after the other, up to the first that is not as it should be. One that does not apply
 * ends it too: what comes behind it asks for more of the same.
 */
export function eachOf(sends: string, cases: () => Iterable<Case>): Judgement {
  return {
    sends,
    judge: async (subject) => {
      let count = 0;
      for (const [name, judgement] of cases()) {
        const { verdict, expected, received } = await judgedAlone(judgement, subject);
        const told = `${name}: ${received}`;
        if (verdict === 'not applicable' && count > 0) return passed(`${count}; not ${told}`);
        if (verdict !== 'pass') return { verdict, expected, received: told };
        count += 1;
      }
      return count === 0 ? notApplicable(ALL, 'there is no such case') : passed(`all ${count}`);
    },
  };
}

const ALL = 'each case as it should be';

function passed(received: string): Finding {
  return finding(true, ALL, received);
}

/** Judges a case, and lets go of its connections, lest they add up. */
async function judgedAlone(judgement: Judgement, subject: Subject): Promise<Finding> {
  const wires: Wire[] = [];
  const connect = async (port?: number) => {
    const wire = await subject.connect(port);
    wires.push(wire);
    return wire;
  };
  try {
    return await judgement.judge({ ...subject, connect });
  } finally {
    for (const wire of wires) wire.close();
  }
}
