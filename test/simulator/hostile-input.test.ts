import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import { answered, codes, list, startCompany, type TestCompany } from './support/company.js';

let company: TestCompany;
beforeEach(async () => {
  company = await startCompany();
});
afterEach(() => company.close());

async function control(method: string, path: string, body: unknown): Promise<number> {
  const { url } = company.simulator;
  const init = { method, body: JSON.stringify(body) };
  return (await fetch(`${url}/control/${path}`, init)).status;
}

function nested(depth: number): JsonObject {
  let value: JsonObject = { end: true };
  for (let level = 0; level < depth; level += 1) value = { inner: value };
  return value;
}

const count = async (entity: string) =>
  (await company.query(`select count(*) from ${entity}`))['totalCount'];

describe('a request that nests too deep', () => {
  it('is refused and stored nowhere', async () => {
    const before = await count('Invoice');
    const line = {
      Amount: 1,
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: { ItemRef: { value: '1' } },
    };
    const body = { CustomerRef: { value: '1' }, Line: [line], InvoiceEx: nested(3_000) };
    expect(codes(await company.post('invoice', body))).toEqual(['2010']);
    expect(await count('Invoice')).toBe(before);
  });

  it('is refused by control too', async () => {
    const path = `companies/${company.realmId}/load`;
    const loaded = { Customer: [{ Id: '900', DisplayName: 'Deep', CustomerEx: nested(3_000) }] };
    expect(await control('POST', path, loaded)).toBe(400);
  });
});

describe('members named like those of every object', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'are unknown: %s',
    async (name) => {
      const body = `{"DisplayName":"Odd ${name}","${name}":"x"}`;
      expect(codes(await company.post('customer', body))).toEqual(['2010']);
    },
  );

  it('name no account type and no kind of transaction', async () => {
    const account = { Name: 'Odd', AccountType: 'constructor' };
    expect(codes(await company.post('account', account))).toEqual(['2170']);
    const Line = [{ Amount: 1, LinkedTxn: [{ TxnId: '1', TxnType: 'toString' }] }];
    const payment = { CustomerRef: { value: '1' }, TotalAmt: 1, Line };
    expect((await company.post('payment', payment)).text).not.toContain('native code');
  });
});

describe('a pattern with many parts', () => {
  it('is answered at once, found or not', async () => {
    await company.post('customer', { DisplayName: 'a'.repeat(490) });
    const many = (end: string) => `${'%a'.repeat(40)}%${end}`;
    const rows = async (pattern: string) =>
      list(
        await company.query(`select * from Customer where DisplayName like '${pattern}'`),
        'Customer',
      );
    expect(await rows(many('b'))).toEqual([]);
    expect(await rows(many('a'))).toHaveLength(1);
  });

  it.each([
    ['%river%', true],
    ['r%r', true],
    ['river', true],
    ['%r%i%v%e%r%', true],
    ['ri%er', true],
    ['rive%ver', false],
    ['%x%', false],
    ['r', false],
  ])('matches as it is read: %s', async (pattern, found) => {
    await company.post('vendor', { DisplayName: 'River' });
    const rows = await company.query(`select * from Vendor where DisplayName like '${pattern}'`);
    expect(list(rows, 'Vendor').some((row) => row['DisplayName'] === 'River')).toBe(found);
  });
});

describe('a clock', () => {
  it('is not moved to where no date is', async () => {
    const before = company.simulator.control.clock().nowMs;
    expect(await control('PUT', 'clock', { advanceMs: 8_640_000_000_000_000 })).toBe(400);
    expect(company.simulator.control.clock().nowMs - before).toBeLessThan(60_000);
    expect((await company.get('customer/1')).status).toBe(200);
  });
});

describe('control', () => {
  it('stores nothing of a load it refuses', async () => {
    const path = `companies/${company.realmId}/load`;
    const loaded = {
      Customer: [
        { Id: '950', DisplayName: 'One' },
        { Id: 951, DisplayName: 'Two' },
      ],
    };
    expect(await control('POST', path, loaded)).toBe(400);
    expect((await company.get('customer/950')).status).toBe(400);
  });

  it.each(['http://a.example/\nx-more: 1', 'http://bücher.example/', 5])(
    'refuses an address no header can hold: %j',
    async (body) => {
      expect(await control('POST', 'faults', { do: 'redirect', body })).toBe(400);
    },
  );

  it('knows no route with a broken escape', async () => {
    const response = await fetch(`${company.simulator.url}/control/companies/%E0%A4%A/log`);
    expect(response.status).toBe(404);
  });

  it('refuses a cut that no timer can wait for', async () => {
    expect(await control('PUT', 'behaviours', { requestCutMs: 1e12 })).toBe(400);
  });
});

describe('a value that only looks right', () => {
  it.each([
    ['customer', { DisplayName: '   ' }, '6080'],
    ['account', { Name: '  ', AccountType: 'Bank' }, '2020'],
    ['invoice', { CustomerRef: { value: '1' }, TxnDate: '2026-11-22garbage' }, '2060'],
    ['timeactivity', { NameOf: 'Employee', StartTime: 'garbage' }, '2060'],
  ])('is refused in %s: %j', async (path, body, code) => {
    expect(codes(await company.post(path, body))).toContain(code);
  });

  it('is taken where it is right: an id as a number', async () => {
    const stored = answered(await company.get('customer/1'), 'Customer');
    const body = { Id: 1, SyncToken: stored['SyncToken'] ?? '', sparse: true, Notes: 'by number' };
    expect(answered(await company.post('customer', body), 'Customer')).toMatchObject({
      Notes: 'by number',
    });
  });
});
