import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  list,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany({ seed: 'sample' });
  company.simulator.control.setClock({ now: '2026-05-05T12:00:00Z', stopped: true });
});

afterEach(() => company.close());

async function newInvoice(members: JsonObject = {}): Promise<string> {
  const body = { CustomerRef: { value: '1' }, Line: [saleLine('1', 20)], ...members };
  return String(answered(await company.post('invoice', body), 'Invoice')['Id']);
}

/** Sent a minute later, so that the times differ. */
function send(id: string, sendTo?: string) {
  company.simulator.control.setClock({ advanceMs: 60_000 });
  const query = sendTo === undefined ? '' : `?sendTo=${encodeURIComponent(sendTo)}`;
  return company.post(`invoice/${id}/send${query}`, '');
}

describe('sending an invoice', () => {
  it('marks it as sent at that moment and raises its SyncToken', async () => {
    const id = await newInvoice({ BillEmail: { Address: 'ana@example.com' } });
    const sent = answered(await send(id), 'Invoice');
    expect(sent).toMatchObject({
      Id: id,
      SyncToken: '1',
      EmailStatus: 'EmailSent',
      BillEmail: { Address: 'ana@example.com' },
      DeliveryInfo: { DeliveryType: 'Email', DeliveryTime: '2026-05-05T05:01:00-07:00' },
      MetaData: { LastUpdatedTime: '2026-05-05T05:01:00-07:00' },
    });
    expect(answered(await company.get(`invoice/${id}`), 'Invoice')).toEqual(sent);
  });

  it('keeps the address it was sent to', async () => {
    const id = await newInvoice({ BillEmail: { Address: 'ana@example.com' } });
    expect(answered(await send(id, 'ben@example.com'), 'Invoice')).toMatchObject({
      BillEmail: { Address: 'ben@example.com' },
    });
  });

  it('is refused without an address', async () => {
    const id = await newInvoice();
    expect(codes(await send(id))).toEqual(['2020']);
    expect(answered(await company.get(`invoice/${id}`), 'Invoice')).toMatchObject({
      SyncToken: '0',
      EmailStatus: 'NotSet',
    });
  });

  it('is refused with something that is no address', async () => {
    expect(codes(await send(await newInvoice(), 'nobody'))).toEqual(['2210']);
  });

  it('is refused for an invoice that is not there', async () => {
    expect(codes(await send('999999', 'ana@example.com'))).toEqual(['610']);
  });

  it('happens once for one requestid', async () => {
    const id = await newInvoice();
    const path = `invoice/${id}/send?sendTo=ana@example.com&requestid=send-1`;
    const first = await company.post(path, '');
    company.simulator.control.setClock({ advanceMs: 60_000 });
    const second = await company.post(path, '');
    expect(second.body).toEqual(first.body);
    expect(answered(await company.get(`invoice/${id}`), 'Invoice')['SyncToken']).toBe('1');
  });
});

describe('sending something else', () => {
  it.each(['estimate', 'salesreceipt', 'creditmemo'])('%s is marked the same way', async (path) => {
    const body = { CustomerRef: { value: '1' }, Line: [saleLine('1', 20)] };
    const created = await company.post(path, body);
    const [entity = ''] = Object.keys(created.body);
    const id = String(answered(created, entity)['Id']);
    const sent = await company.post(`${path}/${id}/send?sendTo=ana@example.com`, '');
    expect(answered(sent, entity)).toMatchObject({
      SyncToken: '1',
      EmailStatus: 'EmailSent',
      BillEmail: { Address: 'ana@example.com' },
      DeliveryInfo: { DeliveryType: 'Email' },
    });
  });

  it('a purchase order goes to the vendor', async () => {
    const [vendor = {}] = list(await company.query('select * from Vendor'), 'Vendor');
    const payable = "select * from Account where AccountType = 'Accounts Payable'";
    const [account = {}] = list(await company.query(payable), 'Account');
    const detail = { ItemRef: { value: '1' }, Qty: 1, UnitPrice: 10 };
    const created = await company.post('purchaseorder', {
      VendorRef: { value: vendor['Id'] },
      APAccountRef: { value: account['Id'] },
      Line: [
        {
          Amount: 10,
          DetailType: 'ItemBasedExpenseLineDetail',
          ItemBasedExpenseLineDetail: detail,
        },
      ],
    });
    const id = String(answered(created, 'PurchaseOrder')['Id']);
    expect(codes(await company.post(`purchaseorder/${id}/send`, ''))).toEqual(['2020']);
    const sent = await company.post(`purchaseorder/${id}/send?sendTo=ven@example.com`, '');
    expect(answered(sent, 'PurchaseOrder')).toMatchObject({
      EmailStatus: 'EmailSent',
      POEmail: { Address: 'ven@example.com' },
    });
  });

  it('a payment is answered as it was', async () => {
    const body = { CustomerRef: { value: '1' }, TotalAmt: 5 };
    const payment = answered(await company.post('payment', body), 'Payment');
    const path = `payment/${String(payment['Id'])}/send?sendTo=ana@example.com`;
    expect(answered(await company.post(path, ''), 'Payment')).toEqual(payment);
  });
});

describe('what was sent', () => {
  it('cannot be written by an app', async () => {
    const id = await newInvoice({ DeliveryInfo: { DeliveryType: 'Email' } });
    expect(answered(await company.get(`invoice/${id}`), 'Invoice')).not.toHaveProperty(
      'DeliveryInfo',
    );
  });
});
