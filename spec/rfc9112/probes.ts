/** All probes of RFC 9112. @see {@link https://www.rfc-editor.org/rfc/rfc9112 | RFC 9112} */

import type { Probe } from '../probe.ts';
import { body } from './body.ts';
import { bodyLength } from './body-length.ts';
import { chunks } from './chunks.ts';
import { closing } from './closing.ts';
import { inspection } from './inspection.ts';
import { fieldLines, parsing } from './parsing.ts';
import { incomplete, persistence, pipelining } from './persistence.ts';
import { smuggling } from './smuggling.ts';
import { requestLine, statusLine } from './start-line.ts';
import { tls } from './tls.ts';

export const probes: readonly Probe[] = [
  ...parsing,
  ...requestLine,
  ...statusLine,
  ...fieldLines,
  ...body,
  ...bodyLength,
  ...chunks,
  ...incomplete,
  ...persistence,
  ...pipelining,
  ...closing,
  ...tls,
  ...smuggling,
  ...inspection,
];
