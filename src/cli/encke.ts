#!/usr/bin/env node
/**
 * The command `encke`.
 *
 * @module
 */

import { main } from './main.ts';

// Who reads only the beginning, as `head` does, wants no complaint.
process.stdout.on('error', () => process.exit());
process.exitCode = await main(process.argv.slice(2), process);
