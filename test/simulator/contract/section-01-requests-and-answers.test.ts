/**
 * Requests and answers. A: said by Intuit; B: recorded.
 *
 * Held elsewhere: methods, addresses, bodies, minor versions and the cut of slow calls in
 * surroundings; `intuit_tid` in batch-and-replay; creating and `MetaData` in writes; voiding and
 * deleting in endings; sending in send and sales/forms; PDF in pdf; queries in query; change data
 * in change-data; uploads in upload; the tax service in tax-service; members nobody documents in
 * lists-customers (`V4IDPseudonym`, `ClientEntityId`), lists-items, payments and sales/invoice.
 */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import {
  answered,
  list,
  member,
  saleLine,
  startCompany,
  type TestCompany,
} from '../support/company.js';
import {
  ADVERTISING,
  applied,
  CHECKING,
  create,
  make,
  now,
  pay,
  ref,
  spend,
} from '../support/purchases.js';
import { wire } from '../support/wire.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany({}, { clock: () => Date.parse('2026-07-01T12:00:00.250Z') });
});

afterEach(() => company.close());

const sale = (members: JsonObject = {}): JsonObject => ({
  CustomerRef: ref('1'),
  Line: [saleLine('3', 100)],
  ...members,
});

describe('calls', () => {
  it('[A QRY] a query is a POST of application/text', async () => {
    const statement = "select * from Customer where DisplayName = 'Tidewater Kayaks'";
    const reply = await wire(company, 'query', {
      method: 'POST',
      headers: { 'content-type': 'application/text', accept: 'application/json' },
      body: statement,
    });
    expect(JSON.parse(reply.text).QueryResponse).toEqual(await company.query(statement));
  });

  it('[B REC] a query is a POST with the statement in its address and no body', async () => {
    const statement = "select * from Customer where DisplayName = 'Tidewater Kayaks'";
    const path = `query?query=${encodeURIComponent(statement)}`;
    const reply = await wire(company, path, {
      method: 'POST',
      headers: { accept: 'application/json' },
    });
    expect(JSON.parse(reply.text).QueryResponse).toEqual(await company.query(statement));
  });

  it.each(['Payment', 'SalesReceipt', 'BillPayment', 'RefundReceipt'])(
    '[A REF] a %s is voided by operation=update&include=void with a sparse body',
    async (entity) => {
      const made = await voidable(entity);
      const { Id, SyncToken } = made;
      const path = `${entity.toLowerCase()}?operation=update&include=void`;
      const voided = answered(await company.post(path, { Id, SyncToken, sparse: true }), entity);
      expect(voided).toMatchObject({ Id, SyncToken: '1', TotalAmt: 0 });
      expect(voided['PrivateNote']).toMatch(/^Voided/);
      expect(await now(company, entity, made)).toEqual(voided);
    },
  );

  it('[A LIM] a call may take 120 seconds', () => {
    expect(company.simulator.control.behaviours().requestCutMs).toBe(120_000);
  });
});

async function voidable(entity: string): Promise<JsonObject> {
  switch (entity) {
    case 'Payment':
      return create(company, entity, { CustomerRef: ref('1'), TotalAmt: 10 });
    case 'BillPayment': {
      const bill = await make(company, 'Bill', { Line: [spend(40)] });
      return pay(company, 40, [applied(40, 'Bill', bill)]);
    }
    default:
      return create(company, entity, sale({ DepositToAccountRef: ref(CHECKING) }));
  }
}

describe('[A][B] the answer about one object', () => {
  it('is the object under its name, and the time', async () => {
    const reply = await company.post('invoice', sale());
    expect(Object.keys(reply.body)).toEqual(['Invoice', 'time']);
    expect(Object.keys((await company.get('invoice/1')).body)).toEqual(['Invoice', 'time']);
  });

  it('has its ids and tokens as text and its amounts as numbers', async () => {
    const invoice = answered(await company.post('invoice', sale()), 'Invoice');
    expect([typeof invoice['Id'], typeof invoice['SyncToken']]).toEqual(['string', 'string']);
    expect([typeof invoice['TotalAmt'], typeof invoice['Balance']]).toEqual(['number', 'number']);
    expect(list(invoice, 'Line')[0]).toMatchObject({ Id: '1', LineNum: 1, Amount: 100 });
  });

  it('holds no nulls', async () => {
    for (const path of ['customer/1', 'vendor/31', 'item/9', 'preferences', 'companyinfo/1']) {
      expect((await company.get(path)).text).not.toContain(':null');
    }
    expect((await company.post('invoice', sale())).text).not.toContain(':null');
  });
});

describe('[B REC] times', () => {
  it('the time of an answer is in US Pacific offset, with milliseconds', async () => {
    const { body: summer } = await company.get('customer/1');
    expect(summer['time']).toBe('2026-07-01T05:00:00.250-07:00');
    const fresh = await startCompany({}, { clock: () => Date.parse('2026-12-01T08:00:00.007Z') });
    const { body: winter } = await fresh.get('customer/1');
    expect(winter['time']).toBe('2026-12-01T00:00:00.007-08:00');
    await fresh.close();
  });

  it('MetaData has seconds only', async () => {
    const invoice = answered(await company.post('invoice', sale()), 'Invoice');
    expect(invoice['MetaData']).toMatchObject({
      CreateTime: '2026-07-01T05:00:00-07:00',
      LastUpdatedTime: '2026-07-01T05:00:00-07:00',
    });
  });

  it.each([
    ['Invoice', true],
    ['Bill', true],
    ['PurchaseOrder', true],
    ['Payment', false],
    ['Customer', false],
    ['Item', false],
  ])('MetaData of a %s names who changed it: %s', async (entity, does) => {
    const made = await anyOf(entity);
    const meta = member(made, 'MetaData');
    expect(meta['LastModifiedByRef'] !== undefined).toBe(does);
    if (does) expect(member(meta, 'LastModifiedByRef')['value']).toMatch(/^\d+$/);
  });
});

function anyOf(entity: string): Promise<JsonObject> {
  switch (entity) {
    case 'Invoice':
      return create(company, entity, sale());
    case 'Bill':
    case 'PurchaseOrder':
      return make(company, entity, { Line: [spend(10)] });
    case 'Payment':
      return create(company, entity, { CustomerRef: ref('1'), TotalAmt: 10 });
    case 'Customer':
      return create(company, entity, { DisplayName: 'Heron' });
    default:
      return create(company, entity, { Name: 'Heron', IncomeAccountRef: ref('79') });
  }
}

describe('[B REC] lists that are empty', () => {
  it.each(['Invoice', 'PurchaseOrder'])('stand on a new %s', async (entity) => {
    expect(await anyOf(entity)).toMatchObject({ CustomField: [], LinkedTxn: [] });
  });

  it('stand on every line and on money that is not applied', async () => {
    for (const entity of ['Invoice', 'Bill', 'PurchaseOrder']) {
      expect(list(await anyOf(entity), 'Line')[0]).toMatchObject({ CustomExtensions: [] });
    }
    expect((await anyOf('Payment'))['Line']).toEqual([]);
  });
});

describe('the answer to a query', () => {
  it('[B REC] says how many rows it has, not how many were asked for', async () => {
    await company.post('invoice', sale());
    await company.post('invoice', sale());
    expect(
      await company.query('select * from Invoice startposition 2 maxresults 50'),
    ).toMatchObject({ startPosition: 2, maxResults: 1, totalCount: 1 });
  });

  it('[B REC] without rows is an empty object and the time', async () => {
    const statement = encodeURIComponent("select * from Customer where Id = '99999'");
    expect((await company.get(`query?query=${statement}`)).body).toEqual({
      QueryResponse: {},
      time: expect.any(String),
    });
  });

  it.each([
    ['Bill', true],
    ['BillPayment', true],
    ['Deposit', true],
    ['Invoice', true],
    ['JournalEntry', true],
    ['PurchaseOrder', true],
    ['Account', false],
    ['CreditMemo', false],
    ['Customer', false],
    ['Estimate', false],
    ['Item', false],
    ['Payment', false],
    ['Purchase', false],
    ['Vendor', false],
  ])('[B REC] for %s has totalCount: %s', async (entity, has) => {
    const { control } = company.simulator;
    control.load(company.realmId, { [entity]: [{ Id: '900', DisplayName: 'A', Name: 'A' }] });
    const answer = await company.query(`select * from ${entity} where Id = '900'`);
    expect(answer).toMatchObject({ startPosition: 1, maxResults: 1 });
    expect(answer['totalCount']).toBe(has ? 1 : undefined);
  });

  it('[A QRY] to a count has nothing but the count', async () => {
    expect(await company.query(`select count(*) from Account where Id = '${ADVERTISING}'`)).toEqual(
      { totalCount: 1 },
    );
  });
});
