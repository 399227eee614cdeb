/** All probes of RFC 9110 that have a folder here, of RFC 6585 and of RFC 8297. */

import type { Probe } from '../probe.ts';
import { applications } from './applications.ts';
import { content } from './content.ts';
import { expectations, interim } from './expectations.ts';
import { conformance, names } from './fields.ts';
import { date, inspection, trailers } from './inspection.ts';
import { methods, versions } from './methods.ts';
import { limits, statuses } from './statuses.ts';
import { upgrade } from './upgrade.ts';
import { dates, values } from './values.ts';

export const probes: readonly Probe[] = [
  ...conformance,
  ...names,
  ...values,
  ...dates,
  ...versions,
  ...content,
  ...methods,
  ...expectations,
  ...interim,
  ...upgrade,
  ...statuses,
  ...limits,
  ...applications,
  ...date,
  ...trailers,
  ...inspection,
];
