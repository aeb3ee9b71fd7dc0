import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import { answered, codes, saleLine, startCompany, type TestCompany } from './support/company.js';

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

describe('what was sent', () => {
  it('cannot be written by an app', async () => {
    const id = await newInvoice({ DeliveryInfo: { DeliveryType: 'Email' } });
    expect(answered(await company.get(`invoice/${id}`), 'Invoice')).not.toHaveProperty(
      'DeliveryInfo',
    );
  });
});
