/**
 * Recorded objects of a sandbox company are made once more: what QuickBooks derived (totals, tax,
 * addresses, dates, names of references) is left out of the request, and must come back the same.
 */

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DEFINITIONS } from '../../../src/simulator/entities/index.js';
import {
  isObject,
  type JsonObject,
  objectOf,
  objectsOf,
  textOf,
} from '../../../src/simulator/json.js';
import { describeWith } from '../../support/needs.js';
import { type Reply, startCompany, type TestCompany } from '../support/company.js';
import { compare, Explained, tally } from './differences.js';
import { REBUILT } from './explained-rebuilt.js';
import { objectsIn, sandboxExchanges } from './recorded-files.js';
import { requestFrom } from './requests.js';
import { type Objects, standIns, together } from './stand-ins.js';
import { Tallies } from './tallies.js';

/** Ids, times and what other transactions did to the object later. */
const ASIDE = new Set(['time', 'Id', 'SyncToken', 'MetaData', 'DocNumber', 'V4IDPseudonym']);

interface Recorded {
  file: string;
  entity: string;
  object: JsonObject;
}

/** Every object once, in its newest recorded state. */
function recordedObjects(): Recorded[] {
  const found = new Map<string, Recorded>();
  for (const exchange of sandboxExchanges()) {
    for (const object of objectsIn(exchange)) {
      const key = `${exchange.entity} ${textOf(object, 'Id')}`;
      const known = Number(found.get(key)?.object['SyncToken'] ?? -1);
      if (Number(object['SyncToken']) > known) {
        found.set(key, { file: exchange.file, entity: exchange.entity, object });
      }
    }
  }
  return [...found.values()];
}

describeWith('recorded', 'an object recorded from a sandbox company', () => {
  const recorded = recordedObjects();
  const explained = new Explained(REBUILT);
  const tallies = new Tallies('Made once more');
  let company: TestCompany;

  beforeAll(async () => {
    company = await startCompany({
      seed: 'empty',
      // The sandbox chose its tax codes by hand.
      preferences: { TaxPrefs: { UsingSalesTax: true, PartnerTaxEnabled: false } },
    });
    company.simulator.control.load(company.realmId, lists(recorded));
  });
  afterAll(async () => {
    tallies.report();
    await company?.close();
  });

  const entities = [...new Set(recorded.map(({ entity }) => entity))];
  it.each(entities)('is derived as it was: %s', async (entity) => {
    const unexplained: string[] = [];
    for (const one of recorded.filter((each) => each.entity === entity)) {
      const where = `${one.file}: ${entity} ${textOf(one.object, 'Id')}`;
      const reply = await madeOnceMore(company, one);
      const ours = objectOf(reply.body, entity) ?? reply.body;
      const found = tally(where, compare(one.object, ours, ASIDE), explained);
      tallies.add(one.file, found);
      unexplained.push(...found.unexplained);
    }
    expect(unexplained).toEqual([]);
  });

  it('has no explanation for a difference that is gone', () => {
    expect(explained.unused()).toEqual([]);
  });
});

/** The object that has the name now gives it up for the time. */
async function madeOnceMore(company: TestCompany, { entity, object }: Recorded): Promise<Reply> {
  const { simulator, realmId } = company;
  const request = requestFrom(entity, object);
  const path = DEFINITIONS.get(entity)?.path ?? '';
  if (!LISTS.has(entity)) return company.post(path, request);
  const name = `Former ${textOf(object, 'Id')}`;
  const renamed = { ...object, Name: name, DisplayName: name, FullyQualifiedName: name };
  simulator.control.load(realmId, { [entity]: [renamed] });
  const reply = await company.post(path, request);
  const made = textOf(objectOf(reply.body, entity), 'Id');
  if (made !== undefined) {
    const aside = { Id: made, Name: `Made ${made}`, DisplayName: `Made ${made}` };
    simulator.control.load(realmId, { [entity]: [{ ...aside, FullyQualifiedName: aside.Name }] });
  }
  simulator.control.load(realmId, { [entity]: [object] });
  return reply;
}

const LISTS = new Set(['Account', 'Customer', 'Vendor', 'Item']);

/** The names, accounts and tax codes that transactions point to. */
function lists(recorded: readonly Recorded[]): Objects {
  const known: Objects = {};
  for (const { entity, object } of recorded) {
    if (LISTS.has(entity)) known[entity] = [...(known[entity] ?? []), object];
  }
  return together(standIns(recorded, known), known, taxes(recorded));
}

/** Tax codes with the rates that recorded tax lines show for them. */
function taxes(recorded: readonly Recorded[]): Objects {
  const codes = new Map<string, JsonObject>();
  const rates = new Map<string, JsonObject>();
  for (const { object } of recorded) {
    const detail = objectOf(object, 'TxnTaxDetail');
    const code = textOf(objectOf(detail, 'TxnTaxCodeRef'), 'value');
    const lines = objectsOf(detail, 'TaxLine').map((line) => objectOf(line, 'TaxLineDetail'));
    if (code === undefined || lines.length === 0) continue;
    const refs = lines.map((line) => line?.['TaxRateRef']).filter(isObject);
    codes.set(code, {
      Id: code,
      Name: `Code ${code}`,
      Taxable: true,
      TaxGroup: true,
      SalesTaxRateList: {
        TaxRateDetail: refs.map((TaxRateRef) => ({ TaxRateRef, TaxTypeApplicable: 'TaxOnAmount' })),
      },
    });
    for (const line of lines) {
      const id = textOf(objectOf(line, 'TaxRateRef'), 'value');
      if (id !== undefined) {
        rates.set(id, { Id: id, Name: `Rate ${id}`, RateValue: line?.['TaxPercent'] });
      }
    }
  }
  return { TaxCode: [...codes.values()], TaxRate: [...rates.values()] };
}
