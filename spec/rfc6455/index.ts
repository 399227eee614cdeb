/**
 * The probes of RFC 6455 for servers.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455 | RFC 6455}
 * @module
 */

import type { Probe } from '../probe.ts';
import { APPLICATION } from './application.ts';
import { CLOSE_CODES } from './close-codes.ts';
import { CLOSING } from './closing.ts';
import { CONTROL_FRAMES } from './control-frames.ts';
import { EXTENSIONS } from './extensions.ts';
import { FRAGMENTATION } from './fragmentation.ts';
import { FRAMING } from './framing.ts';
import { LIMITS } from './limits.ts';
import { MESSAGES } from './messages.ts';
import { OPENING_HANDSHAKE } from './opening-handshake.ts';
import { SERVER_HANDSHAKE } from './server-handshake.ts';
import { UTF_8 } from './utf-8.ts';

export const RFC6455_SERVER_PROBES: readonly Probe[] = [
  ...OPENING_HANDSHAKE,
  ...SERVER_HANDSHAKE,
  ...EXTENSIONS,
  ...FRAMING,
  ...FRAGMENTATION,
  ...CONTROL_FRAMES,
  ...UTF_8,
  ...MESSAGES,
  ...CLOSING,
  ...CLOSE_CODES,
  ...APPLICATION,
  ...LIMITS,
];
