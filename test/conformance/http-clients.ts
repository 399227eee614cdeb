/**
 * Clients of HTTP, each told what to ask for by a probe.
 *
 * @module
 */

import { Agent, request as nodeRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { Readable } from 'node:stream';
import { Agent as UndiciAgent, fetch as undiciFetch } from 'undici';

import type { HttpAnswer, HttpClient, HttpRequest } from '../../spec/http-client/probe.ts';

/** The `fetch` of undici, which is that of Node, with a pool of its own. */
export function undiciClient(): HttpClient {
  const agents: UndiciAgent[] = [];
  const agentFor = (ca: string | undefined) => {
    const agent = new UndiciAgent(ca === undefined ? {} : { connect: { ca } });
    agents.push(agent);
    return agent;
  };
  const plain = agentFor(undefined);
  return {
    async request({ method = 'GET', url, fields = [], content, stream, proxy, authority }) {
      if (proxy !== undefined) return { unable: 'fetch is told of no proxy' };
      const response = await undiciFetch(url, {
        method,
        headers: fields.map(([name, value]): [string, string] => [name, value]),
        dispatcher: authority === undefined ? plain : agentFor(authority),
        ...(content === undefined ? {} : { body: stream ? piecesOf(content) : content }),
        ...(stream ? { duplex: 'half' as const } : {}),
      });
      const octets = Buffer.from(await response.arrayBuffer());
      return {
        status: response.status,
        fields: [...response.headers],
        content: octets.toString('latin1'),
      };
    },
    close: () => {
      for (const agent of agents) void agent.destroy();
    },
  };
}

/** The client of `node:http`. */
export function nodeHttpClient(): HttpClient {
  const agents = [new Agent({ keepAlive: true }), new SecureAgent({ keepAlive: true })] as const;
  return {
    request: (asked) =>
      asked.proxy === undefined
        ? nodeHttp(asked, agents)
        : Promise.resolve({ unable: 'node:http knows no proxies' }),
    close: () => {
      for (const agent of agents) agent.destroy();
    },
  };
}

function nodeHttp(
  { method = 'GET', url, fields = [], content, stream, authority }: HttpRequest,
  [agent, secureAgent]: readonly [Agent, SecureAgent],
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const isSecure = url.startsWith('https:');
    const headers = Object.fromEntries(fields);
    const request = isSecure
      ? secureRequest(url, { method, headers, agent: secureAgent, ca: authority })
      : nodeRequest(url, { method, headers, agent });
    request.on('error', reject);
    request.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          fields: pairsOf(response.rawHeaders),
          content: Buffer.concat(pieces).toString('latin1'),
        }),
      );
    });
    if (stream) Readable.from(piecesOf(content ?? '')).pipe(request);
    else request.end(content);
  });
}

async function* piecesOf(content: string): AsyncGenerator<Buffer> {
  for (const piece of [content.slice(0, 1), content.slice(1)]) yield Buffer.from(piece);
}

function pairsOf(lines: readonly string[]): [string, string][] {
  return lines.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, lines[index + 1]!]] : [],
  );
}
