import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { aBill, aBoughtLine, purchaseCompany } from '../support/purchase-company.js';
import { rawApi } from '../support/raw-api.js';
import { waitFor } from '../support/wait-for.js';

// What a bill needs beside its supplier: the account of what is owed, open books, a number that is free.
describe('bills', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const settled = (id: string, key: string, status: string) =>
    waitForStatus(journey, id, 'bill', key, status);

  it('carry every dimension, and only those that travel', async () => {
    const company = await purchaseCompany(journey, {
      company: { country: 'GB' },
      settings: { accounts: { payable: { recordId: '33' } } },
      load: {
        Account: [
          { Id: '261', Name: 'Materials', AccountType: 'Expense', AcctNum: '5000' },
          { Id: '262', Name: 'Delivery', AccountType: 'Expense', AcctNum: '5100' },
        ],
        Class: [{ Id: '201', Name: 'Residential' }],
        Department: [{ Id: '2', Name: 'North' }],
      },
    });
    // Hidden in the app's lists, and coded all the same.
    const record = `/v1/connections/${company.id}/records/account/261`;
    expect((await rawApi(journey, 'PATCH', record, { body: { hidden: true } })).status).toBe(200);
    const line = (number: string, amount: string, taxAmount: string, over: object = {}) => ({
      account: { number },
      amount,
      taxAmount,
      taxCode: { name: '20.0% S' },
      class: { name: 'Residential' },
      ...over,
    });
    await company.state('bill', 'TC-88213', {
      number: 'TC-88213',
      status: 'approved',
      date: '2026-11-18',
      dueDate: '2026-12-18',
      vendor: { name: 'Timber & Co Ltd' },
      reference: 'PO-3391 / site visit',
      location: { name: 'North' },
      lines: [
        line('5000', '1250.00', '250.00', { customerOrProject: { name: 'Kitchen Refit:Phase 1' } }),
        line('5100', '85.00', '17.00'),
      ],
      tax: { total: '267.00' },
      total: '1602.00',
    });
    const answer = await settled(company.id, 'TC-88213', 'synced');
    expect(answer.details).toBe(
      `Bill TC-88213 created in QuickBooks (Id ${answer.quickbooks?.id}), total 1,602.00.`,
    );
    const [stored] = company.quickbooks.where('Bill', 'DocNumber', 'TC-88213');
    expect(stored).toMatchObject({
      VendorRef: { value: '45' },
      APAccountRef: { value: '33' },
      TxnDate: '2026-11-18',
      DueDate: '2026-12-18',
      DepartmentRef: { value: '2' },
      PrivateNote: 'PO-3391 / site visit',
      TotalAmt: 1602,
      Line: [
        {
          Amount: 1250,
          AccountBasedExpenseLineDetail: {
            AccountRef: { value: '261' },
            ClassRef: { value: '201' },
            CustomerRef: { value: '71' },
            TaxCodeRef: { value: '6' },
          },
        },
        {
          Amount: 85,
          AccountBasedExpenseLineDetail: {
            AccountRef: { value: '262' },
            ClassRef: { value: '201' },
          },
        },
      ],
    });
    await journey.client.changeSettings(company.id, { dimensions: { class: false } });
    const lines = [line('5000', '100.00', '20.00')];
    await company.state('bill', 'TC-88214', {
      ...aBill({ number: 'TC-88214', lines, tax: { total: '20.00' }, total: '120.00' }),
    });
    await settled(company.id, 'TC-88214', 'synced');
    const [second] = company.quickbooks.where('Bill', 'DocNumber', 'TC-88214');
    expect(JSON.stringify(second)).not.toContain('ClassRef');
    expect(second).toMatchObject({ TotalAmt: 120 });
  });

  it('go to the one account of what is owed, in each currency', async () => {
    const company = await purchaseCompany(journey, {
      company: { preferences: { CurrencyPrefs: { MultiCurrencyEnabled: true } } },
      load: {
        CompanyCurrency: [
          { Code: 'EUR', Name: 'Euro' },
          { Code: 'CHF', Name: 'Franc' },
        ],
        Account: [
          {
            Id: '233',
            Name: 'Accounts Payable (A/P) - EUR',
            AccountType: 'Accounts Payable',
            CurrencyRef: { value: 'EUR' },
          },
        ],
        Vendor: [
          { Id: '45', DisplayName: 'Timber & Co Ltd' },
          { Id: '47', DisplayName: 'Holz GmbH', CurrencyRef: { value: 'EUR' } },
          { Id: '48', DisplayName: 'Holz AG', CurrencyRef: { value: 'CHF' } },
        ],
      },
    });
    await company.state('bill', 'H-1', aBill({ number: 'H-1' }));
    await company.state(
      'bill',
      'E-1',
      aBill({ number: 'E-1', vendor: { name: 'Holz GmbH' }, currency: 'EUR' }),
    );
    await settled(company.id, 'H-1', 'synced');
    await settled(company.id, 'E-1', 'synced');
    const accountOf = (number: string) =>
      company.quickbooks.where('Bill', 'DocNumber', number)[0]?.['APAccountRef'];
    expect(accountOf('H-1')).toMatchObject({ value: '33' });
    expect(accountOf('E-1')).toMatchObject({ value: '233' });
    const francs = aBill({ number: 'F-1', vendor: { name: 'Holz AG' }, currency: 'CHF' });
    await company.state('bill', 'F-1', francs);
    expect(await settled(company.id, 'F-1', 'failed')).toMatchObject({
      details: 'The setup is not complete: accounts payable account.',
    });
  });

  it('of a number the supplier has used already are refused by its name', async () => {
    const company = await purchaseCompany(journey, {
      company: {
        preferences: {
          OtherPrefs: { NameValue: [{ Name: 'WarnDuplicateBillNumber', Value: 'true' }] },
        },
      },
    });
    const of = (key: string, over = {}) =>
      company.state('bill', key, aBill({ number: 'N-1', ...over }));
    await of('one');
    const first = await settled(company.id, 'one', 'synced');
    await of('two', { lines: [aBoughtLine({ amount: '90.00' })], total: '90.00' });
    await of('three', { vendor: { name: 'Glass & Co Ltd' } });
    await settled(company.id, 'three', 'synced');
    expect(await settled(company.id, 'two', 'failed')).toMatchObject({
      reason: 'duplicate_number',
      details: `Number N-1 is already used in QuickBooks (Id ${first.quickbooks?.id}) by another document that was sent there. Change one of the two numbers, in the app or in QuickBooks, then retry.`,
    });
  });

  it('of closed books fail without a call, or go on the first open day', async () => {
    const company = await purchaseCompany(journey, {
      company: { preferences: { AccountingInfoPrefs: { BookCloseDate: '2026-11-19' } } },
    });
    await company.state('bill', 'C-1', aBill({ number: 'C-1' }));
    expect(await settled(company.id, 'C-1', 'failed')).toMatchObject({ reason: 'period_closed' });
    expect(company.quickbooks.writes()).toBe(0);
    await journey.client.changeSettings(company.id, { closedPeriod: 'first_open_day' });
    await journey.client.retry(company.id, 'bill', 'C-1');
    await settled(company.id, 'C-1', 'synced');
    expect(company.quickbooks.where('Bill', 'DocNumber', 'C-1')).toMatchObject([
      { TxnDate: '2026-11-20', PrivateNote: 'Dated 2026-11-18.' },
    ]);
    await company.state('bill', 'C-1', aBill({ number: 'C-1', memo: 'by van' }));
    const stored = () => company.quickbooks.where('Bill', 'DocNumber', 'C-1')[0];
    await waitFor(() => String(stored()?.['PrivateNote']).includes('by van'), {
      what: 'the update',
    });
    expect(await settled(company.id, 'C-1', 'synced')).toMatchObject({
      warnings: [{ name: 'other_date', params: { stated: '2026-11-18', used: '2026-11-20' } }],
    });
    expect(stored()).toMatchObject({
      TxnDate: '2026-11-20',
      PrivateNote: 'Dated 2026-11-18.\nby van',
    });
  });

  it('that lie in books closed since fail once, with the date QuickBooks has', async () => {
    const company = await purchaseCompany(journey, {
      settings: { closedPeriod: 'first_open_day' },
    });
    await company.state('bill', 'C-2', aBill({ number: 'C-2' }));
    await settled(company.id, 'C-2', 'synced');
    journey.simulator.control.act(company.realmId, { do: 'close_books', date: '2026-11-19' });
    await company.state(
      'bill',
      'C-2',
      aBill({ number: 'C-2', date: '2026-11-17', memo: 'by van' }),
    );
    const failed = await settled(company.id, 'C-2', 'failed');
    expect(failed).toMatchObject({
      reason: 'period_closed',
      params: { closedThrough: '2026-11-19', date: '2026-11-18' },
    });
  });
});
