import { describe } from '@jest/globals';
import { describeWith } from '../support/needs.js';
import { closing } from './behaviours/closing.js';
import { crashes } from './behaviours/crashes.js';
import { delivery } from './behaviours/delivery.js';
import { outages } from './behaviours/outages.js';
import { benchOn } from './bench.js';
import { postgresUnderTest, redisUnderTest } from './stores.js';

// One list of behaviours, held on both stores: real servers, real worker processes. Each test has
// a schema (on Redis a key prefix) of its own.
const behaviours = [delivery, closing, crashes, outages];

describeWith('redis-server', 'queue on Redis', () => {
  const setup = benchOn(redisUnderTest);
  for (const behaviour of behaviours) behaviour(setup);
});

describe('queue on Postgres', () => {
  const setup = benchOn(postgresUnderTest);
  for (const behaviour of behaviours) behaviour(setup);
});
