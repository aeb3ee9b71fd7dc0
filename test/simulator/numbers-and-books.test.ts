import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  member,
  type Reply,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

afterEach(() => company.close());

const CUSTOM = { SalesFormsPrefs: { CustomTxnNumbers: true } };

function post(extra: JsonObject = {}, path = 'invoice'): Promise<Reply> {
  return company.post(path, {
    CustomerRef: { value: '1' },
    Line: [saleLine('3', 10)],
    ...extra,
  });
}

async function number(extra: JsonObject = {}): Promise<unknown> {
  return answered(await post(extra), 'Invoice')['DocNumber'];
}

describe('numbers, when QuickBooks gives them', () => {
  it('go on from the last one, also from one that was sent', async () => {
    company = await startCompany();
    expect(await number()).toBe('1001');
    expect(await number()).toBe('1002');
    expect(await number({ DocNumber: 'SO-0099' })).toBe('SO-0099');
    expect(await number()).toBe('SO-0100');
  });

  it('may be taken twice', async () => {
    company = await startCompany();
    expect(await number({ DocNumber: '7' })).toBe('7');
    expect(await number({ DocNumber: '7' })).toBe('7');
  });
});

describe('numbers, when people give them', () => {
  it('are what is sent, or nothing, or made on request', async () => {
    company = await startCompany({ preferences: CUSTOM });
    expect(await number({ DocNumber: 'X-1' })).toBe('X-1');
    expect(await number()).toBeUndefined();
    expect(await number({ DocNumber: 'AUTO_GENERATE' })).toBe('X-2');
  });

  it('are refused the second time, unless asked or switched otherwise', async () => {
    company = await startCompany({ preferences: CUSTOM });
    await post({ DocNumber: 'X-1' });
    expect(codes(await post({ DocNumber: 'X-1' }))).toEqual(['6140']);
    const allowed = await post({ DocNumber: 'X-1' }, 'invoice?include=allowduplicatedocnum');
    expect(allowed.status).toBe(200);
    company.simulator.control.setBehaviours({ refuseDuplicateNumbers: false });
    expect((await post({ DocNumber: 'X-1' })).status).toBe(200);
  });

  it('are free again after a delete', async () => {
    company = await startCompany({ preferences: CUSTOM });
    const { Id } = answered(await post({ DocNumber: 'X-1' }), 'Invoice');
    await company.post('invoice?operation=delete', { Id, SyncToken: '0' });
    expect((await post({ DocNumber: 'X-1' })).status).toBe(200);
  });

  it('stay with their own invoice in an update', async () => {
    company = await startCompany({ preferences: CUSTOM });
    const { Id } = answered(await post({ DocNumber: 'X-1' }), 'Invoice');
    const reply = await post({ Id, SyncToken: '0', DocNumber: 'X-1', PrivateNote: 'again' });
    expect(reply.status).toBe(200);
  });
});

describe('closed books', () => {
  it.each([
    [true, '6210'],
    [false, '6200'],
  ])('with password %s answer %s', async (password, code) => {
    company = await startCompany();
    const { Id } = answered(await post({ TxnDate: '2026-06-30' }), 'Invoice');
    const { control } = company.simulator;
    control.act(company.realmId, { do: 'close_books', date: '2026-06-30', password });
    const refused = [
      await post({ TxnDate: '2026-06-30' }),
      await post({ Id, SyncToken: '0', TxnDate: '2026-07-01' }),
      await company.post('invoice?operation=void', { Id, SyncToken: '0' }),
      await company.post('invoice?operation=delete', { Id, SyncToken: '0' }),
    ];
    for (const reply of refused) expect(codes(reply)).toEqual([code]);
    expect((await post({ TxnDate: '2026-07-01' })).status).toBe(200);
  });

  it('show in Preferences, and open again', async () => {
    company = await startCompany({
      preferences: { AccountingInfoPrefs: { BookCloseDate: '2025-12-31' } },
    });
    const prefs = answered(await company.get('preferences'), 'Preferences');
    expect(member(prefs, 'AccountingInfoPrefs')['BookCloseDate']).toBe('2025-12-31');
    expect(codes(await post({ TxnDate: '2025-12-31' }))).toEqual(['6210']);
    company.simulator.control.act(company.realmId, { do: 'close_books', date: null });
    expect((await post({ TxnDate: '2025-12-31' })).status).toBe(200);
  });
});
