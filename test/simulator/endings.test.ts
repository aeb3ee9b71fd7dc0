import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  faults,
  list,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany({}, { clock: () => Date.parse('2026-11-22T18:30:15.250Z') });
});

afterEach(() => company.close());

async function create(entity: string, path: string, body: JsonObject): Promise<JsonObject> {
  return answered(await company.post(path, body), entity);
}

function invoiceBody(extra: JsonObject = {}): JsonObject {
  return { CustomerRef: { value: '1' }, Line: [saleLine('3', 120)], ...extra };
}

const createInvoice = (extra: JsonObject = {}) => create('Invoice', 'invoice', invoiceBody(extra));

describe('side effects', () => {
  it('a customer’s balance follows its invoices; its time moves, its token does not', async () => {
    company.simulator.control.setClock({ advanceMs: 60_000 });
    const { Id } = await createInvoice();
    const customer = async (id: string) =>
      answered(await company.get(`customer/${id}`), 'Customer');
    expect(await customer('1')).toMatchObject({
      Balance: 120,
      BalanceWithJobs: 120,
      SyncToken: '0',
      MetaData: { LastUpdatedTime: '2026-11-22T10:31:15-08:00' },
    });
    await company.post('invoice', {
      Id,
      SyncToken: '0',
      sparse: true,
      CustomerRef: { value: '2' },
    });
    expect((await customer('1'))['Balance']).toBe(0);
    expect((await customer('2'))['Balance']).toBe(120);
  });
});

describe('void, delete, deactivate', () => {
  it('void: amounts go to zero, the object stays', async () => {
    const { Id } = await createInvoice({
      PrivateNote: 'thanks',
      Line: [saleLine('9', 698, { Qty: 2, UnitPrice: 349 })],
    });
    const voided = await create('Invoice', 'invoice?operation=void', { Id, SyncToken: '0' });
    expect(voided).toMatchObject({
      Id,
      SyncToken: '1',
      TotalAmt: 0,
      Balance: 0,
      DocNumber: '1001',
      TxnTaxDetail: { TotalTax: 0 },
    });
    expect(voided['PrivateNote']).toMatch(/^Voided/);
    expect(list(voided, 'Line')[0]).toMatchObject({
      Amount: 0,
      SalesItemLineDetail: { Qty: 0, UnitPrice: 0, ItemRef: { value: '9' } },
    });
    const again = await create('Invoice', 'invoice?operation=void', { Id, SyncToken: '1' });
    expect(again).toEqual(voided);
    expect(answered(await company.get('customer/1'), 'Customer')['Balance']).toBe(0);
  });

  it('delete: what is left to say, and 610 afterwards', async () => {
    const { Id } = await createInvoice();
    const deleted = await create('Invoice', 'invoice?operation=delete', { Id, SyncToken: '0' });
    expect(deleted).toEqual({ status: 'Deleted', domain: 'QBO', Id });
    const gone = [
      await company.get(`invoice/${String(Id)}`),
      await company.post('invoice', { Id, SyncToken: '0', sparse: true, PrivateNote: 'x' }),
    ];
    for (const reply of gone) {
      expect(faults(reply)[0]).toMatchObject({
        code: '610',
        detail: 'Object Not Found : Another user has deleted this transaction.',
      });
    }
    expect(answered(await company.get('customer/1'), 'Customer')['Balance']).toBe(0);
  });

  it('delete: names cannot be deleted', async () => {
    const reply = await company.post('customer?operation=delete', { Id: '4', SyncToken: '0' });
    expect(codes(reply)).toEqual(['500']);
  });

  it.each([
    ['customer', 'Customer', '4', 'DisplayName', 'Copperline Bakery'],
    ['vendor', 'Vendor', '31', 'DisplayName', 'Cascade Office Supply'],
    ['item', 'Item', '3', 'Name', 'Consulting'],
    ['account', 'Account', '7', 'Name', 'Advertising'],
  ])('deactivate %s: renamed, hidden from queries, its name free again', async (...row) => {
    const [path, entity, id, name, value] = row;
    const inactive = await create(entity, path, {
      Id: id,
      SyncToken: '0',
      sparse: true,
      Active: false,
    });
    expect(inactive).toMatchObject({ Active: false, [name]: `${value} (deleted)` });
    const hidden = await company.query(`select * from ${entity} where ${name} like '${value}%'`);
    expect(hidden).toEqual({});
    const shown = await company.query(
      `select * from ${entity} where ${name} like '${value}%' and Active in (true, false)`,
    );
    expect(list(shown, entity)).toHaveLength(1);
    const active = await create(entity, path, {
      Id: id,
      SyncToken: '1',
      sparse: true,
      Active: true,
    });
    expect(active).toMatchObject({ Active: true, [name]: value });
  });

  it('reactivate: the name stays changed where another one took it', async () => {
    const put = (body: JsonObject) => create('Customer', 'customer', body);
    await put({ Id: '4', SyncToken: '0', sparse: true, Active: false });
    await put({ DisplayName: 'Copperline Bakery' });
    const active = await put({ Id: '4', SyncToken: '1', sparse: true, Active: true });
    expect(active['DisplayName']).toBe('Copperline Bakery (deleted)');
  });
});
