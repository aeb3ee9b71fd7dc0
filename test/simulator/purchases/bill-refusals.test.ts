import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import {
  answered,
  codes,
  faults,
  list,
  startCompany,
  type TestCompany,
} from '../support/company.js';
import {
  ADVERTISING,
  applied,
  buy,
  known,
  make,
  now,
  OTHER_VENDOR,
  pay,
  ref,
  spend,
  VENDOR,
} from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
  company.simulator.control.setClock({ now: '2026-05-05T12:00:00Z', stopped: true });
});

afterEach(() => company.close());

const bill = (body: JsonObject = {}) => make(company, 'Bill', { Line: [spend(200)], ...body });

const post = (body: JsonObject, path = 'bill') =>
  company.post(path, { VendorRef: ref(VENDOR), Line: [spend(10)], ...body });

describe('a bill is refused', () => {
  it.each<[string, JsonObject, string, string]>([
    ['without a vendor', { VendorRef: null }, '2020', 'VendorRef'],
    ['without lines', { Line: [] }, '2020', 'Line'],
    [
      'for a line without an amount',
      { Line: [{ ...spend(1), Amount: null }] },
      '2020',
      'Line.Amount',
    ],
    ['for a line without an account', { Line: [spend(1, { AccountRef: null })] }, '6440', 'Line'],
    ['for a line without an item', { Line: [buy(1, { ItemRef: null })] }, '6440', 'Line'],
    [
      'for an amount that is not the product',
      { Line: [buy(9, { Qty: 3, UnitPrice: 4 })] },
      '6070',
      'Line.Amount',
    ],
    [
      'for an unknown kind of line',
      { Line: [{ ...spend(1), DetailType: 'SalesItemLineDetail' }] },
      '2170',
      '',
    ],
    ['for a long number', { DocNumber: '1'.repeat(22) }, '2050', 'DocNumber'],
    ['for a long note', { PrivateNote: 'n'.repeat(4001) }, '2050', 'PrivateNote'],
    [
      'for a long description',
      { Line: [spend(1, {}, { Description: 'd'.repeat(4001) })] },
      '2050',
      'Line.Description',
    ],
    ['for an unknown vendor', { VendorRef: ref('999') }, '2500', ''],
    ['for an unknown account', { Line: [spend(1, { AccountRef: ref('999') })] }, '2500', ''],
    ['for a payable account that is none', { APAccountRef: ref('35') }, '6430', ''],
    [
      'for a line on the payable account',
      { Line: [spend(1, { AccountRef: ref('33') })] },
      '6430',
      '',
    ],
    [
      'for a tax code that is no TAX or NON',
      { Line: [spend(1, { TaxCodeRef: ref('2') })] },
      '6100',
      'TaxCodeRef',
    ],
    [
      'for a billable line that nobody is billed for',
      { Line: [spend(1, { BillableStatus: 'Billable' })] },
      '6000',
      '',
    ],
    [
      'for a line that claims to be billed',
      { Line: [spend(1, { BillableStatus: 'HasBeenBilled', CustomerRef: ref('1') })] },
      '2170',
      '',
    ],
    ['for less than nothing', { Line: [spend(-1)] }, '6000', ''],
    ['for a member it does not have', { CustomerRef: ref('1') }, '2010', 'CustomerRef'],
    ['for a link to a bill', { LinkedTxn: [{ TxnId: '1', TxnType: 'Bill' }] }, '620', ''],
  ])('%s', async (_, body, code, element) => {
    const reply = await post(body);
    expect(reply.status).toBe(400);
    expect(faults(reply)).toMatchObject([{ code, element }]);
  });

  it('for an inactive vendor or account', async () => {
    const { control } = company.simulator;
    const deactivate = (entity: string, id: string) =>
      control.act(company.realmId, { do: 'edit', entity, id, changes: { Active: false } });
    deactivate('Vendor', OTHER_VENDOR);
    deactivate('Account', ADVERTISING);
    expect(
      codes(
        await post({ VendorRef: ref(OTHER_VENDOR), Line: [spend(1, { AccountRef: ref('8') })] }),
      ),
    ).toEqual(['610']);
    expect(codes(await post({}))).toEqual(['2500']);
  });

  it('in closed books', async () => {
    const created = await bill({ TxnDate: '2026-03-31' });
    company.simulator.control.act(company.realmId, { do: 'close_books', date: '2026-03-31' });
    expect(codes(await post({ TxnDate: '2026-03-31' }))).toEqual(['6210']);
    expect(codes(await company.post('bill?operation=delete', known(created)))).toEqual(['6210']);
    expect((await post({ TxnDate: '2026-04-01' })).status).toBe(200);
  });

  it('with an old SyncToken', async () => {
    const created = await bill();
    await company.post('bill', known(created, { sparse: true, PrivateNote: 'a' }));
    const stale = known(created, { sparse: true, PrivateNote: 'b' });
    expect(codes(await company.post('bill', stale))).toEqual(['5010']);
  });

  it('when it is to be voided, which bills cannot be', async () => {
    const created = await bill();
    expect(codes(await company.post('bill?operation=void', known(created)))).toEqual(['500']);
  });

  it('its end while payments are applied to it', async () => {
    const created = await bill();
    const payment = await pay(company, 200, [applied(200, 'Bill', created)]);
    const remove = async () =>
      company.post('bill?operation=delete', known(await now(company, 'Bill', created)));
    expect(codes(await remove())).toEqual(['800']);
    await company.post('billpayment?operation=delete', known(payment));
    expect(answered(await remove(), 'Bill')).toEqual({
      status: 'Deleted',
      domain: 'QBO',
      Id: created['Id'],
    });
    expect(codes(await company.get(`bill/${created['Id']}`))).toEqual(['610']);
  });
});

describe('plans', () => {
  it.each(['bill', 'vendorcredit', 'billpayment'])('Simple Start has no %s', async (path) => {
    await company.close();
    company = await startCompany({ plan: 'simple_start' });
    expect(codes(await post({}, path))).toContain('5030');
  });

  it('Essentials has bills', async () => {
    await company.close();
    company = await startCompany({ plan: 'essentials' });
    expect((await post({})).status).toBe(200);
  });
});

describe('bill numbers, where the company warns of duplicates', () => {
  beforeEach(async () => {
    await company.close();
    company = await startCompany({
      preferences: {
        OtherPrefs: { NameValue: [{ Name: 'WarnDuplicateBillNumber', Value: 'true' }] },
      },
    });
  });

  it('are taken once per vendor', async () => {
    const first = await bill({ DocNumber: 'A-1' });
    const reply = await post({ DocNumber: 'a-1' });
    expect(faults(reply)).toMatchObject([{ code: '6140' }]);
    expect(faults(reply)[0]?.detail).toContain(`TxnType=Bill with TxnId=${first['Id']}`);
    expect((await post({ DocNumber: 'A-1', VendorRef: ref(OTHER_VENDOR) })).status).toBe(200);
    expect((await post({ DocNumber: 'A-1' }, 'bill?include=allowduplicatedocnum')).status).toBe(
      200,
    );
    const note = known(first, { sparse: true, PrivateNote: 'same number' });
    expect((await company.post('bill', note)).status).toBe(200);
  });

  it('may repeat where that is switched off', async () => {
    await bill({ DocNumber: 'A-1' });
    company.simulator.control.setBehaviours({ refuseDuplicateNumbers: false });
    expect((await post({ DocNumber: 'A-1' })).status).toBe(200);
  });
});

describe('bills in queries', () => {
  it('are counted, and found by vendor, number and due date', async () => {
    await bill({ DocNumber: 'A-1', DueDate: '2026-06-01' });
    await bill({ VendorRef: ref(OTHER_VENDOR), DueDate: '2026-07-01' });
    const ask = async (where: string) => {
      const answer = await company.query(`select * from Bill where ${where}`);
      return [list(answer, 'Bill').length, answer['totalCount']];
    };
    expect(await ask(`VendorRef = '${VENDOR}'`)).toEqual([1, 1]);
    expect(await ask("DocNumber = 'A-1'")).toEqual([1, 1]);
    expect(await ask("DueDate > '2026-06-15'")).toEqual([1, 1]);
    expect(await ask("Balance > '0'")).toEqual([2, 2]);
  });
});
