/**
 * A client of HTTP that is told what to ask for line by line: `node http-client.js LIBRARY {url}`.
 *
 * @see ../../../docs/conformance.md
 * @module
 */

import { createInterface } from 'node:readline';

import type { HttpClient, HttpRequest } from '../../../spec/http-client/probe.ts';
import { enckeClient } from '../../conformance/encke-client.ts';
import { nodeHttpClient, undiciClient } from '../../conformance/http-clients.ts';

const LIBRARIES: Readonly<Record<string, () => HttpClient>> = {
  encke: enckeClient,
  'node:http': nodeHttpClient,
  undici: undiciClient,
};

const client = LIBRARIES[process.argv[2] ?? '']!();

for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...request } = JSON.parse(line) as HttpRequest & { readonly id: number };
  void client
    .request(request)
    .catch(({ message }: Error) => ({ error: message }))
    .then((answer) => console.log(JSON.stringify({ id, ...answer })));
}
