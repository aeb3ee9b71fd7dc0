/**
 * Recorded answers of a sandbox company: their objects are loaded as they stand and the same
 * question is asked again. Everything must come back as it was, ids, times and order included.
 */

import { afterAll, expect, it } from '@jest/globals';
import { NEWEST_FIRST } from '../../../src/simulator/engine/definition.js';
import { DEFINITIONS } from '../../../src/simulator/entities/index.js';
import { type JsonObject, objectOf, objectsOf } from '../../../src/simulator/json.js';
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
      const found = tally(
        where,
        compare(inOrder(exchange.answer, exchange.entity), inOrder(answer, exchange.entity), ASIDE),
        explained,
      );
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

/**
 * Rows that compare equal in the order of their list come in any order: of the accounts named
 * alike, once the older and once the newer one was recorded first.
 */
function inOrder(answer: JsonObject, entity: string): JsonObject {
  const response = objectOf(answer, 'QueryResponse');
  const member = DEFINITIONS.get(entity)?.defaultOrder ?? NEWEST_FIRST;
  if (response?.[entity] === undefined || member === NEWEST_FIRST) return answer;
  const rows = objectsOf(response, entity);
  const settled = rows.map((row, index) => {
    const first = rows.findIndex((each) => each[member] === row[member]);
    return { row, first: first < 0 ? index : first };
  });
  settled.sort((a, b) => a.first - b.first || Number(a.row['Id']) - Number(b.row['Id']));
  return { ...answer, QueryResponse: { ...response, [entity]: settled.map(({ row }) => row) } };
}

async function askAgain(company: TestCompany, exchange: Exchange): Promise<JsonObject> {
  const { method, path, body } = exchange;
  const reply = method === 'GET' ? await company.get(path) : await company.post(path, body ?? '');
  return reply.body;
}
