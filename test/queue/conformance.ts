import { closing } from './behaviours/closing.js';
import { crashes } from './behaviours/crashes.js';
import { delivery } from './behaviours/delivery.js';
import { outages } from './behaviours/outages.js';
import { benchOn } from './bench.js';
import type { StoreUnderTest } from './stores.js';

/**
 * One list of behaviours, held on both stores: real servers, real worker processes. Each test has a
 * schema (on Redis a key prefix) of its own. A file for each store, so that they run side by side.
 */
export function conformanceOf(startStore: () => Promise<StoreUnderTest>): void {
  const setup = benchOn(startStore);
  for (const behaviour of [delivery, closing, crashes, outages]) behaviour(setup);
}
