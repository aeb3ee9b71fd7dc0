/**
 * Rows and requests of a public test collection: documentation samples edited by its authors, and
 * bills as its users send them, tax worked out by themselves.
 */

import { afterAll, afterEach, expect, it } from '@jest/globals';
import { DEFINITIONS } from '../../../src/simulator/entities/index.js';
import {
  isObject,
  type JsonObject,
  numberOf,
  objectsOf,
  textOf,
} from '../../../src/simulator/json.js';
import { describeWith } from '../../support/needs.js';
import { answered, member, startCompany, type TestCompany } from '../support/company.js';
import { compare, Explained, type Explanation, tally } from './differences.js';
import { jsonFiles, objects } from './recorded-files.js';
import { standIns } from './stand-ins.js';
import { Tallies } from './tallies.js';

const FOLDER = 'fylein__fyle-qbo-api';

const ENTITIES: readonly [file: RegExp, entity: string][] = [
  [/^account_/, 'Account'],
  [/^bill_payment_/, 'BillPayment'],
  [/^bill_response/, 'Bill'],
  [/^class_/, 'Class'],
  [/^company_info/, 'CompanyInfo'],
  [/^department_/, 'Department'],
  [/^items_/, 'Item'],
  [/^preference_/, 'Preferences'],
  [/^tax_code_/, 'TaxCode'],
  [/^tax_rate_/, 'TaxRate'],
  [/^vendor_/, 'Vendor'],
];

const EXPLANATIONS: readonly Explanation[] = [
  {
    where: /^company_info/,
    path: /\.Country$|^Country$/,
    because: 'announced in 2025: these addresses answer the country in three letters',
  },
  {
    where: /^preference_/,
    path: /^(Id|SyncToken|domain|sparse|MetaData)$/,
    because: 'the authors kept one group of the object',
  },
];

describeWith('recorded', 'a row of an edited sample', () => {
  const explained = new Explained(EXPLANATIONS);
  const tallies = new Tallies('Edited samples, loaded and read');
  afterAll(() => tallies.report());

  const rows = jsonFiles(FOLDER).flatMap(([file, content]) => {
    const entity = ENTITIES.find(([name]) => name.test(file))?.[1];
    const found = isObject(content) ? [content] : objects(content);
    return entity === undefined ? [] : found.map((object) => ({ file, entity, object }));
  });

  it.each(rows)('is read as it was loaded: $file', async ({ file, entity, object }) => {
    const company = await startCompany({ seed: 'empty' });
    try {
      company.simulator.control.load(company.realmId, { [entity]: [object] });
      const path = DEFINITIONS.get(entity)?.path ?? '';
      const single = DEFINITIONS.get(entity)?.family === 'company';
      const reply = await company.get(single ? path : `${path}/${textOf(object, 'Id')}`);
      const ours = answered(reply, entity);
      const found = tally(file, compare(object, ours, new Set(['time'])), explained);
      tallies.add(file, found);
      expect(found.unexplained).toEqual([]);
    } finally {
      await company.close();
    }
  });

  it('has no explanation for a difference that is gone', () => {
    expect(explained.unused()).toEqual([]);
  });
});

describeWith('recorded', 'a bill as users of another integration send it', () => {
  const bills = jsonFiles(FOLDER)
    .filter(([file]) => file.startsWith('bill_payload'))
    .map(([file, content]): [string, JsonObject] => [file, isObject(content) ? content : {}]);
  let company: TestCompany;
  afterEach(() => company?.close());

  it.each(bills)('is taken with its own tax to the cent: %s', async (_file, payload) => {
    const bill = withoutNone(payload);
    company = await companyOf(bill);
    company.simulator.control.load(company.realmId, around(bill));

    const made = answered(await company.post('bill', bill), 'Bill');

    const sent = member({ ...bill, TxnTaxDetail: bill['TxnTaxDetail'] ?? {} }, 'TxnTaxDetail');
    const taxes = objectsOf(sent, 'TaxLine').map((line) => numberOf(line, 'Amount') ?? 0);
    if (taxes.length === 0) return;
    const detail = member(made, 'TxnTaxDetail');
    expect(objectsOf(detail, 'TaxLine').map((line) => numberOf(line, 'Amount'))).toEqual(taxes);
    expect(detail['TotalTax']).toBeCloseTo(
      taxes.reduce((sum, tax) => sum + tax, 0),
      6,
    );
    const net = objectsOf(made, 'Line').reduce(
      (sum, each) => sum + (numberOf(each, 'Amount') ?? 0),
      0,
    );
    expect(made['TotalAmt']).toBeCloseTo(net + Number(detail['TotalTax']), 6);
  });
});

/** Bills with tax of their own come from companies outside the US, billed in dollars. */
function companyOf(bill: JsonObject): Promise<TestCompany> {
  return startCompany({
    country: bill['TxnTaxDetail'] === undefined ? 'US' : 'GB',
    seed: 'empty',
    preferences: {
      CurrencyPrefs: { MultiCurrencyEnabled: true },
      AccountingInfoPrefs: { TrackDepartments: true, ClassTrackingPerTxnLine: true },
    },
  });
}

/** The collection writes references to nothing as the word None; its client leaves them out. */
function withoutNone(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => !(isObject(each) && each['value'] === 'None'))
      .map(([name, each]) => [
        name,
        Array.isArray(each)
          ? objects(each).map(withoutNone)
          : isObject(each)
            ? withoutNone(each)
            : each,
      ]),
  );
}

/** What the bill refers to, its vendor in the bill's currency, rates under its tax codes. */
function around(bill: JsonObject): Record<string, JsonObject[]> {
  const found = standIns([{ entity: 'Bill', object: bill }]);
  const CurrencyRef = bill['CurrencyRef'];
  const rates = (found['TaxRate'] ?? []).map(
    (rate): JsonObject => ({ ...rate, RateValue: 5, Active: true }),
  );
  const detail = rates.map((rate) => ({ TaxRateRef: { value: rate['Id'] ?? '' } }));
  return {
    ...found,
    Vendor: (found['Vendor'] ?? []).map((vendor) => ({ ...vendor, CurrencyRef })),
    Account: (found['Account'] ?? []).map((account) =>
      account['AccountType'] === 'Accounts Payable' ? { ...account, CurrencyRef } : account,
    ),
    CompanyCurrency: [{ Id: '1', Code: 'USD', Name: 'United States Dollar', Active: true }],
    TaxRate: rates,
    TaxCode: taxCodesOf(bill).map((Id) => ({
      Id,
      Name: `Code ${Id}`,
      Active: true,
      Taxable: true,
      PurchaseTaxRateList: { TaxRateDetail: detail },
    })),
  };
}

function taxCodesOf(bill: JsonObject): string[] {
  const codes = objectsOf(bill, 'Line').flatMap((line) =>
    ['AccountBasedExpenseLineDetail', 'ItemBasedExpenseLineDetail'].flatMap((name) => {
      const detail = line[name];
      const code = isObject(detail) ? detail['TaxCodeRef'] : undefined;
      return isObject(code) && typeof code['value'] === 'string' ? [code['value']] : [];
    }),
  );
  return [...new Set(codes)];
}
