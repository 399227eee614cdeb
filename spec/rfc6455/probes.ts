/** All probes of RFC 6455 for servers. @see {@link https://www.rfc-editor.org/rfc/rfc6455 | RFC 6455} */

import type { Probe } from '../probe.ts';
import { application } from './application.ts';
import { closeCodes } from './close-codes.ts';
import { closing } from './closing.ts';
import { controlFrames } from './control-frames.ts';
import { extensions } from './extensions.ts';
import { fragmentation } from './fragmentation.ts';
import { framing } from './framing.ts';
import { limits } from './limits.ts';
import { messages } from './messages.ts';
import { openingHandshake } from './opening-handshake.ts';
import { serverHandshake } from './server-handshake.ts';
import { tls } from './tls.ts';
import { utf8 } from './utf-8.ts';

export const probes: readonly Probe[] = [
  ...openingHandshake,
  ...serverHandshake,
  ...extensions,
  ...framing,
  ...fragmentation,
  ...controlFrames,
  ...utf8,
  ...messages,
  ...closing,
  ...closeCodes,
  ...application,
  ...limits,
  ...tls,
];
