/**
 * Samples of Intuit's reference pages: what a request needs is loaded first, the request is made,
 * and the answer is held against the sample's. The samples come from many years and companies, so
 * many of their differences are explained one by one.
 */

import { afterAll, expect, it } from '@jest/globals';
import {
  isObject,
  type JsonObject,
  objectOf,
  objectsOf,
  textOf,
} from '../../../src/simulator/json.js';
import { describeWith } from '../../support/needs.js';
import { startCompany, type TestCompany } from '../support/company.js';
import { compare, Explained, tally } from './differences.js';
import { DOCUMENTED } from './explained-documented.js';
import { linkedTargets } from './linked-targets.js';
import { documentedExchanges, type Exchange, objectsIn } from './recorded-files.js';
import { type Objects, standIns, together } from './stand-ins.js';
import { Tallies } from './tallies.js';

const ASIDE = new Set(['time', 'Id', 'MetaData']);
/** Answered by services of their own and held to the samples there. */
const ELSEWHERE = new Set(['batch.samples.json', 'changedatacapture.samples.json']);
/** The upload of a file answers no entity, and is held to its sample there. */
const isOfEntity = ({ file, entity }: Exchange) => !ELSEWHERE.has(file) && entity !== '';

describeWith('recorded', 'a sample of the reference pages', () => {
  const exchanges = documentedExchanges().filter(isOfEntity);
  const explained = new Explained(DOCUMENTED);
  const tallies = new Tallies('Samples of the reference pages');
  afterAll(() => tallies.report());

  const files = [...new Set(exchanges.map(({ file }) => file))];
  it.each(files)('is answered as documented: %s', async (file) => {
    const unexplained: string[] = [];
    for (const exchange of exchanges.filter((each) => each.file === file)) {
      const company = await startCompany({ seed: 'empty', preferences: PREFERENCES });
      try {
        atTheTimeOf(exchange, company);
        company.simulator.control.load(company.realmId, whole(exchange, exchanges));
        const answer = await ask(company, exchange);
        const where = `${file}: ${exchange.name}`;
        const found = tally(
          where,
          compare(byId(exchange, exchange.answer), byId(exchange, answer), ASIDE),
          explained,
        );
        tallies.add(file, found);
        unexplained.push(...found.unexplained);
      } finally {
        await company.close();
      }
    }
    expect(unexplained).toEqual([]);
  });

  it('has no explanation for a difference that is gone', () => {
    expect(explained.unused()).toEqual([]);
  });
});

/** Custom fields as Preferences name them. */
function customFields(prefix: string, names: readonly string[]): JsonObject[] {
  const use = prefix.replace(/(\w+)CustomName/, 'Use$1Custom');
  return [
    {
      CustomField: names.map((_, index) => ({
        BooleanValue: true,
        Type: 'BooleanType',
        Name: `${use}${index + 1}`,
      })),
    },
    {
      CustomField: names.map((StringValue, index) => ({
        StringValue,
        Type: 'StringType',
        Name: `${prefix}${index + 1}`,
      })),
    },
  ];
}

/** The company of the samples: everything switched on, tax codes chosen by hand. */
const PREFERENCES: JsonObject = {
  AccountingInfoPrefs: { ClassTrackingPerTxnLine: true, TrackDepartments: true },
  TaxPrefs: { UsingSalesTax: true, PartnerTaxEnabled: false },
  SalesFormsPrefs: { CustomField: customFields('SalesFormsPrefs.SalesCustomName', ['Crew #']) },
  VendorAndPurchasesPrefs: {
    POCustomField: customFields('PurchasePrefs.PurchaseCustomName', ['Crew #', 'Sales Rep']),
  },
};

/** The moment of the sample, so that dates and terms come out as they did then. */
function atTheTimeOf({ answer }: Exchange, { simulator }: TestCompany): void {
  const now = textOf(answer, 'time');
  if (now !== undefined) simulator.control.setClock({ now, stopped: true });
}

/** What has to be there before the question is asked. */
function whole(exchange: Exchange, all: readonly Exchange[]): Objects {
  const { entity, body } = exchange;
  const rows = objectsIn(exchange);
  const mentioned = [...rows, ...(isObject(body) ? [body] : [])];
  const around = standIns(mentioned.map((object) => ({ entity, object })));
  const before = objectsBefore(exchange, all);
  // What a query finds beside the sample's rows would be rows of its own.
  if (exchange.method === 'GET') delete around[entity];
  const company = { CompanyInfo: [{ CompanyName: 'Sample', Country: 'US' }] };
  return together(company, around, linkedTargets(mentioned), { [entity]: before });
}

/** The objects a read, query, update, void or delete is about, as they stood before it. */
function objectsBefore(exchange: Exchange, all: readonly Exchange[]): JsonObject[] {
  const { method, body, file, path } = exchange;
  const rows = objectsIn(exchange);
  if (method === 'GET') return rows;
  const id = isObject(body) ? textOf(body, 'Id') : path.split('/')[1];
  if (id === undefined) return [];
  const token = isObject(body) ? body['SyncToken'] : undefined;
  const shown = all
    .filter((each) => each.file === file && each !== exchange)
    .flatMap((each) => objectsIn(each))
    .find((object) => object['Id'] === id && isSame(object, rows[0]));
  const base = shown ?? rows[0] ?? {};
  const { status, ...rest } = base;
  return [{ ...rest, Id: id, ...(token === undefined ? {} : { SyncToken: token }) }];
}

/** The pages use an id for different objects; of transactions, the date tells them apart. */
function isSame(object: JsonObject, answer: JsonObject | undefined): boolean {
  const deleted = object['status'] === 'Deleted';
  return !deleted && (answer?.['TxnDate'] === undefined || answer['TxnDate'] === object['TxnDate']);
}

/** Rows in the order of their ids: which statement a sample answers is not on its page. */
function byId({ entity }: Exchange, answer: JsonObject): JsonObject {
  const response = objectOf(answer, 'QueryResponse');
  if (response?.[entity] === undefined) return answer;
  const rows = objectsOf(response, entity);
  rows.sort((a, b) => String(a['Id']).localeCompare(String(b['Id'])));
  return { ...answer, QueryResponse: { ...response, [entity]: rows } };
}

async function ask(company: TestCompany, { method, path, body }: Exchange): Promise<JsonObject> {
  const reply = method === 'GET' ? await company.get(path) : await company.post(path, body ?? '');
  return reply.body;
}
