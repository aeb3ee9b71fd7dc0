/**
 * Locking and updates. A: said by Intuit; B: recorded; C: told by others.
 *
 * Held elsewhere: tokens (5010, 2020), sparse and full updates, updates that change nothing and
 * lines of an update in writes and sales/lines; lines of a payment, and what they do to invoices,
 * in payments; that orders lose their number and become as new as their bill in
 * purchases/purchase-order; sending in send; balances of customers in endings.
 */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { member, saleLine, startCompany, type TestCompany } from '../support/company.js';
import { create, known, make, now, ref, spend } from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
  company.simulator.control.setClock({ now: '2026-05-05T12:00:00Z', stopped: true });
});

afterEach(() => company.close());

const advance = () => company.simulator.control.setClock({ advanceMs: 60_000 });
const change = async (entity: string, object: JsonObject, members: JsonObject) =>
  create(company, entity, known(object, { sparse: true, ...members }));
const sale = (members: JsonObject = {}) =>
  create(company, 'Invoice', {
    CustomerRef: ref('1'),
    Line: [saleLine('3', 100)],
    ...members,
  });

describe('[A][B] the token', () => {
  it('begins at "0" and grows by one with each change', async () => {
    let object = await sale();
    expect(object['SyncToken']).toBe('0');
    for (const token of ['1', '2', '3']) {
      object = await change('Invoice', object, { PrivateNote: token });
      expect(object['SyncToken']).toBe(token);
    }
  });

  it('answers to a sparse update say that they are not sparse', async () => {
    expect(await change('Invoice', await sale(), { PrivateNote: 'x' })).toMatchObject({
      sparse: false,
    });
  });
});

describe('[B REC] an update that changes nothing keeps token and time', () => {
  it.each([
    ['Account', { Name: 'Till', AccountType: 'Bank' }],
    ['Item', { Name: 'Lathe', IncomeAccountRef: ref('79') }],
    ['PurchaseOrder', { VendorRef: ref('31'), APAccountRef: ref('33'), Line: [spend(10)] }],
  ])('of %s', async (entity, body) => {
    const { Id } = await create(company, entity, body);
    const made = await now(company, entity, { Id });
    advance();
    await create(company, entity, made);
    expect(await now(company, entity, { Id })).toEqual(made);
  });
});

describe('[B REC] a full update', () => {
  it('of a vendor with its name alone clears names, phone, e-mail and address', async () => {
    const made = await create(company, 'Vendor', {
      DisplayName: 'Heron Timber',
      GivenName: 'Ada',
      FamilyName: 'Heron',
      PrimaryPhone: { FreeFormNumber: '555 0100' },
      PrimaryEmailAddr: { Address: 'ada@heron.example' },
      BillAddr: { Line1: '1 Oak St' },
    });
    const after = await create(company, 'Vendor', known(made, { DisplayName: 'Heron Timber' }));
    const gone = ['GivenName', 'FamilyName', 'PrimaryPhone', 'PrimaryEmailAddr', 'BillAddr'];
    for (const name of gone) expect(after).not.toHaveProperty(name);
    expect(after).toMatchObject({ DisplayName: 'Heron Timber', SyncToken: '1' });
  });
});

describe('[A] a sparse update', () => {
  it.each(['DisplayName', 'PrintOnCheckName'])('cannot take %s away', async (name) => {
    const made = await create(company, 'Customer', {
      DisplayName: 'Heron',
      PrintOnCheckName: 'Heron & Co',
      Notes: 'x',
    });
    for (const value of [null, '']) {
      const before = await now(company, 'Customer', made);
      const after = await change('Customer', before, { [name]: value, Notes: String(value) });
      expect(after[name]).toBe(made[name]);
    }
  });
});

describe('[B REC] a transaction', () => {
  it('moves the time of its vendor and not the token', async () => {
    const before = await now(company, 'Vendor', { Id: '31' });
    advance();
    await make(company, 'Bill', { Line: [spend(10)] });
    const after = await now(company, 'Vendor', { Id: '31' });
    expect([after['SyncToken'], after['Balance']]).toEqual([before['SyncToken'], 10]);
    expect(member(after, 'MetaData')['LastUpdatedTime']).toBe('2026-05-05T05:01:00-07:00');
  });
});
