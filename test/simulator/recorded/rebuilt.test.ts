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
import { withCurrentNames } from './current-names.js';
import { compare, Explained, tally } from './differences.js';
import { REBUILT } from './explained-rebuilt.js';
import { linkedTargets } from './linked-targets.js';
import { objectsIn, sandboxExchanges } from './recorded-files.js';
import { requestFrom } from './requests.js';
import { type Objects, standIns, together } from './stand-ins.js';
import { Tallies } from './tallies.js';

/** Ids, times and what other transactions did to the object later. */
const ASIDE = new Set(['time', 'Id', 'SyncToken', 'MetaData', 'DocNumber', 'V4IDPseudonym']);

/** Entities that were recorded whole. */
const LISTS = new Set(['Account', 'Customer', 'Vendor', 'Item']);

interface Recorded {
  file: string;
  entity: string;
  object: JsonObject;
  /** A row of a query, which lacks some members of a single answer. */
  isRow: boolean;
}

/** Every object once, in its newest recorded state. */
function recordedObjects(): Recorded[] {
  const found = new Map<string, Recorded>();
  for (const exchange of sandboxExchanges()) {
    for (const object of objectsIn(exchange)) {
      const key = `${exchange.entity} ${textOf(object, 'Id')}`;
      const known = Number(found.get(key)?.object['SyncToken'] ?? -1);
      if (Number(object['SyncToken']) > known) {
        const isRow = exchange.answer['QueryResponse'] !== undefined;
        found.set(key, { file: exchange.file, entity: exchange.entity, object, isRow });
      }
    }
  }
  return [...found.values()];
}

/** The sandbox company's address, as its sales forms show it as the place they ship from. */
const COMPANY: JsonObject = {
  CompanyName: 'Sandbox Company',
  Country: 'US',
  CompanyAddr: {
    Line1: '123 Sierra Way',
    City: 'San Pablo',
    CountrySubDivisionCode: 'CA',
    PostalCode: '87999',
  },
};

describeWith('recorded', 'an object recorded from a sandbox company', () => {
  const recorded = recordedObjects();
  const known = lists(recorded);
  const explained = new Explained(REBUILT);
  const tallies = new Tallies('Made once more');
  let company: TestCompany;

  beforeAll(async () => {
    company = await startCompany({
      seed: 'empty',
      // The sandbox chose its tax codes by hand.
      preferences: { TaxPrefs: { UsingSalesTax: true, PartnerTaxEnabled: false } },
    });
    company.simulator.control.load(company.realmId, { ...known, CompanyInfo: [COMPANY] });
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
      const ours = await madeOnceMore(company, one);
      const found = tally(
        where,
        compare(withCurrentNames(entity, one.object, known), ours, ASIDE),
        explained,
      );
      tallies.add(one.file, found);
      unexplained.push(...found.unexplained);
    }
    expect(unexplained).toEqual([]);
  });

  it('has no explanation for a difference that is gone', () => {
    expect(explained.unused()).toEqual([]);
  });
});

/** What was made, in the kind of answer it was recorded in. */
async function asRecorded(
  company: TestCompany,
  { entity, isRow }: Recorded,
  reply: Reply,
): Promise<JsonObject> {
  const made = objectOf(reply.body, entity);
  if (made === undefined) return reply.body;
  const id = textOf(made, 'Id') ?? '';
  if (isRow) {
    const rows = await company.query(`select * from ${entity} where Id = '${id}'`);
    return objectsOf(rows, entity)[0] ?? rows;
  }
  const { body } = await company.get(`${DEFINITIONS.get(entity)?.path}/${id}`);
  return objectOf(body, entity) ?? body;
}

/** The new object as an answer shows it. The one that has its name now gives it up for the time. */
async function madeOnceMore(company: TestCompany, one: Recorded): Promise<JsonObject> {
  const { entity, object } = one;
  const { simulator, realmId } = company;
  const isNamed = LISTS.has(entity);
  const load = (...changed: JsonObject[]) => simulator.control.load(realmId, { [entity]: changed });
  if (isNamed) load({ ...object, ...nameOf('Former', object) });
  else simulator.control.load(realmId, linkedTargets([object]));
  const path = DEFINITIONS.get(entity)?.path ?? '';
  const reply = await company.post(path, requestFrom(entity, object));
  const ours = await asRecorded(company, one, reply);
  const made = objectOf(reply.body, entity);
  if (isNamed && made !== undefined) load({ Id: made['Id'], ...nameOf('Made', made) });
  if (isNamed) load(object);
  return ours;
}

function nameOf(word: string, object: JsonObject): JsonObject {
  const name = `${word} ${textOf(object, 'Id')}`;
  return { Name: name, DisplayName: name, FullyQualifiedName: name };
}

/** The names, accounts and tax codes that transactions point to. */
function lists(recorded: readonly Recorded[]): Objects {
  const known: Objects = {};
  for (const { entity, object } of recorded) {
    // The stock was counted when the sample company was set up; some of its sales are older.
    const stocked = object['InvStartDate'] === undefined ? {} : { InvStartDate: '2020-01-01' };
    const listed = { ...object, ...stocked };
    if (LISTS.has(entity)) known[entity] = [...(known[entity] ?? []), listed];
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
