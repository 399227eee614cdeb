/**
 * All probes of a client of WebSocket.
 *
 * @module
 */

import { address } from './address.ts';
import { answers } from './answers.ts';
import { closeCodes } from './close-codes.ts';
import { closing } from './closing.ts';
import { compressedMessages } from './compressed-messages.ts';
import { compression } from './compression.ts';
import { controlFrames } from './control-frames.ts';
import { extensions } from './extensions.ts';
import { framing } from './framing.ts';
import { messages } from './messages.ts';
import { request } from './request.ts';
import type { ClientProbe } from './subject.ts';

export const WEBSOCKET_CLIENT_PROBES: readonly ClientProbe[] = [
  ...address,
  ...request,
  ...answers,
  ...extensions,
  ...framing,
  ...messages,
  ...controlFrames,
  ...closing,
  ...closeCodes,
  ...compression,
  ...compressedMessages,
];
