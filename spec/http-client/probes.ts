/**
 * All probes of a client of HTTP/1.1.
 *
 * @module
 */

import { userAgent } from '../fetch/user-agent.ts';
import type { Probe } from '../probe.ts';
import { expectations } from '../rfc9110/client/expectations.ts';
import { repetitions } from '../rfc9110/client/repetitions.ts';
import { requests } from '../rfc9110/client/requests.ts';
import { responses } from '../rfc9110/client/responses.ts';
import { responseBodies } from '../rfc9112/client/bodies.ts';
import { connections } from '../rfc9112/client/connections.ts';
import { responseHeads } from '../rfc9112/client/heads.ts';
import { requestBodies, requestHeads } from '../rfc9112/client/requests.ts';
import { secureConnections } from '../rfc9112/client/tls.ts';
import type { HttpClientSubject } from './probe.ts';

/** In the order of the standards. */
export const HTTP_CLIENT_PROBES: readonly Probe<HttpClientSubject>[] = [
  ...requestHeads,
  ...requestBodies,
  ...responseHeads,
  ...responseBodies,
  ...connections,
  ...secureConnections,
  ...requests,
  ...expectations,
  ...responses,
  ...repetitions,
  ...userAgent,
];
