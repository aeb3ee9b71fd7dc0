/**
 * Recorded answers of a sandbox company: their objects are loaded as they stand and the same
 * question is asked again. Everything must come back as it was, ids, times and order included.
 */

import { afterAll, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/json.js';
import { describeWith } from '../../support/needs.js';
import { startCompany, type TestCompany } from '../support/company.js';
import { compare, Explained, type Explanation, tally } from './differences.js';
import { type Exchange, objectsIn, sandboxExchanges } from './recorded-files.js';
import { type Objects, standIns, together } from './stand-ins.js';
import { Tallies } from './tallies.js';

const ASIDE = new Set(['time']);

const EXPLANATIONS: readonly Explanation[] = [];

describeWith('recorded', 'an answer recorded from a sandbox company', () => {
  const explained = new Explained(EXPLANATIONS);
  const tallies = new Tallies('Loaded and asked again');
  afterAll(() => tallies.report());

  it.each(
    sandboxExchanges().map((each): [string, Exchange] => [`${each.file}: ${each.name}`, each]),
  )('comes back as it was: %s', async (where, exchange) => {
    const company = await startCompany({ seed: 'empty' });
    try {
      company.simulator.control.load(company.realmId, whole(exchange));
      const answer = await askAgain(company, exchange);
      const found = tally(where, compare(exchange.answer, answer, ASIDE), explained);
      tallies.add(exchange.file, found);
      expect(found.unexplained).toEqual([]);
    } finally {
      await company.close();
    }
  });

  it('has no explanation for a difference that is gone', () => {
    expect(explained.unused()).toEqual([]);
  });
});

function whole(exchange: Exchange): Objects {
  const rows = objectsIn(exchange);
  if (exchange.entity === '') return {};
  const around = standIns(rows.map((object) => ({ entity: exchange.entity, object })));
  // A page may point to objects that were not on it; they must not come onto it now.
  delete around[exchange.entity];
  return together(around, { [exchange.entity]: rows });
}

async function askAgain(company: TestCompany, exchange: Exchange): Promise<JsonObject> {
  const { method, path, body } = exchange;
  const reply = method === 'GET' ? await company.get(path) : await company.post(path, body ?? '');
  return reply.body;
}
