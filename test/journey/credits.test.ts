import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CreditMemoInput, InvoiceInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import { nothingIsLeft } from '../support/checker.js';
import { type Journey, refresh, startJourney, waitForStatus } from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

// A credit memo that says which invoice it is for is set against it by a payment of nothing. For the app
// the two are one: what keeps the credit from its invoice is said at the memo, and ends with its cause.
describe('credits for an invoice', () => {
  let journey: Journey;
  let company: SalesCompany;
  let number = 0;
  let inv: string;
  let memo: string;

  const modules = ['invoice', 'payment', 'credit_memo', 'customer'] as const;
  const open = (preferences: Record<string, boolean> = {}, settings: SettingsInput = {}) =>
    salesCompany(journey, {
      settings: { modules: [...modules], ...settings },
      company: { preferences: { SalesFormsPrefs: { CustomTxnNumbers: true, ...preferences } } },
    });

  beforeAll(async () => {
    journey = await startJourney();
    company = await open();
  });
  afterAll(() => journey?.close());
  beforeEach(() => {
    number += 1;
    inv = `INV-${number}`;
    memo = `CM-${number}`;
    company.quickbooks.forget();
  });

  const invoice = (over: Partial<InvoiceInput> = {}, at = company) => at.invoice(inv, over);
  const credit = (over: Partial<CreditMemoInput> = {}, at = company) =>
    journey.client.state(at.id, 'credit_memo', memo, {
      number: memo,
      status: 'sent',
      issueDate: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      lines: [aLine({ unitPrice: '30.00', amount: '30.00' })],
      total: '30.00',
      appliesTo: { externalId: inv },
      ...over,
    });
  const ofInvoice = (status: string, at = company) =>
    waitForStatus(journey, at.id, 'invoice', inv, status);
  const ofMemo = (status: string, at = company) =>
    waitForStatus(journey, at.id, 'credit_memo', memo, status);
  const inQuickBooks = (at = company) => at.invoices(inv)[0] ?? {};
  const balance = (wanted: number, at = company) =>
    waitFor(() => inQuickBooks(at)['Balance'] === wanted, { what: `${wanted} to be open` });
  const applications = (at = company) =>
    at.quickbooks
      .all('Payment')
      .filter((one) => JSON.stringify(one['Line']).includes(`"${String(inQuickBooks(at)['Id'])}"`));
  const paidThere = (amount: number) =>
    String(
      journey.simulator.control.act(company.realmId, {
        do: 'pay',
        invoice: String(inQuickBooks()['Id']),
        amount,
      }).object?.['Id'],
    );
  const removeThere = (id: string) =>
    journey.simulator.control.act(company.realmId, { do: 'delete', entity: 'Payment', id });

  it('fail with the memo where nothing of the invoice is open, and go on at its retry', async () => {
    await invoice();
    await ofInvoice('synced');
    const payment = paidThere(100);
    await credit();
    expect(await ofMemo('failed')).toMatchObject({
      reason: 'invalid_field',
      params: { field: 'appliesTo' },
      details: expect.stringContaining('nothing of the invoice'),
      actions: ['retry'],
    });
    await journey.client.retry(company.id, 'credit_memo', memo);
    expect(await ofMemo('failed')).toMatchObject({ params: { field: 'appliesTo' } });
    expect(applications()).toHaveLength(1);
    removeThere(payment);
    await journey.client.retry(company.id, 'credit_memo', memo);
    await balance(70);
    expect(await ofMemo('synced')).toMatchObject({ label: 'Synced', warnings: [] });
    expect(applications()).toMatchObject([{ TotalAmt: 0 }]);
    expect(company.quickbooks.where('CreditMemo', 'DocNumber', memo)).toHaveLength(1);
  });

  it('fail with the memo where QuickBooks refuses, and go on when it is stated otherwise', async () => {
    company.quickbooks.add('Customer', { DisplayName: 'Somebody Else' });
    await refresh(journey, company.id);
    await invoice({ customer: { name: 'Somebody Else' } });
    await ofInvoice('synced');
    await credit();
    expect(await ofMemo('failed')).toMatchObject({
      reason: 'invalid_field',
      params: { field: 'appliesTo', rule: `invoice ${inv} is of another customer in QuickBooks` },
      actions: ['retry'],
    });
    await credit({ customer: { name: 'Somebody Else' } });
    await balance(70);
    expect(await ofMemo('synced')).toMatchObject({ label: 'Synced' });
    expect(applications()).toHaveLength(1);
  });

  it('wait with the memo for an invoice that failed, say so, and follow it', async () => {
    await invoice({ customer: { name: 'Nobody' } });
    await ofInvoice('failed');
    await credit();
    expect(await ofMemo('waiting')).toMatchObject({
      reason: 'blocked_by',
      params: { kind: 'invoice', externalId: inv, state: 'failed' },
      details: expect.stringContaining(`Waits for invoice ${inv}`),
    });
    await invoice();
    await balance(70);
    expect(await ofMemo('synced')).toMatchObject({ label: 'Synced' });
  });

  it('are made once where the answer is lost', async () => {
    await invoice();
    await ofInvoice('synced');
    company.fault({
      match: { entity: 'Payment', operation: 'create' },
      do: 'drop',
      at: 'after_commit',
    });
    await credit();
    await balance(70);
    await ofMemo('synced');
    await nothingIsLeft(journey);
    expect(applications()).toHaveLength(1);
  });

  it('are found where the answer is lost and QuickBooks has forgotten the request', async () => {
    const looking = await open({}, { unknownOutcome: { first: 'look_up' } });
    await invoice({}, looking);
    await ofInvoice('synced', looking);
    const { control } = journey.simulator;
    const stop = control.onCommit(({ realmId }) => {
      if (realmId === looking.realmId) setImmediate(() => control.forgetRequests({ realmId }));
    });
    looking.fault({
      match: { entity: 'Payment', operation: 'create' },
      do: 'drop',
      at: 'after_commit',
    });
    await credit({}, looking);
    await balance(70, looking);
    await nothingIsLeft(journey);
    stop();
    expect(await ofMemo('synced', looking)).toMatchObject({ label: 'Synced' });
    expect(looking.quickbooks.commits().filter((one) => one === 'create Payment')).toHaveLength(1);
    const { counts } = control.log(looking.realmId);
    expect(counts.writes).toBe(3);
  });

  it('follow the memo when its total changes', async () => {
    await invoice();
    await credit();
    await balance(70);
    await credit({ lines: [aLine({ unitPrice: '20.00', amount: '20.00' })], total: '20.00' });
    await balance(80);
    expect(await ofMemo('synced')).toMatchObject({ quickbooks: { total: '20.00' } });
    expect(applications()).toHaveLength(1);
    expect(company.quickbooks.where('CreditMemo', 'DocNumber', memo)).toMatchObject([
      { TotalAmt: 20, RemainingCredit: 0 },
    ]);
  });

  it('are taken back where the memo names no invoice any more', async () => {
    await invoice();
    await credit();
    await balance(70);
    await credit({ appliesTo: undefined });
    await balance(100);
    expect(await ofMemo('synced')).toMatchObject({ label: 'Synced' });
    expect(applications()).toEqual([]);
  });

  it('of a memo that is stated as void are taken back with it, and it is deleted', async () => {
    await invoice();
    await credit();
    await balance(70);
    await credit({ status: 'void' });
    await ofMemo('deleted');
    await balance(100);
    expect(company.quickbooks.where('CreditMemo', 'DocNumber', memo)).toEqual([]);
  });

  it('cannot be voided by a wish of its own: QuickBooks knows no void of a credit memo', async () => {
    await credit({ appliesTo: undefined });
    await ofMemo('synced');
    await expect(
      journey.client.withdraw(company.id, 'credit_memo', memo, 'void'),
    ).rejects.toMatchObject({ status: 422 });
  });

  describe('in a company where QuickBooks applies credit by itself', () => {
    let auto: SalesCompany;
    beforeAll(async () => {
      auto = await open({ AutoApplyCredit: true });
    });

    it('are not applied twice', async () => {
      await invoice({}, auto);
      await ofInvoice('synced', auto);
      await credit({}, auto);
      await ofMemo('synced', auto);
      await nothingIsLeft(journey);
      expect(await ofMemo('synced', auto)).toMatchObject({
        label: 'Synced with warnings',
        warnings: [{ name: 'credit_used' }],
      });
      expect(inQuickBooks(auto)).toMatchObject({ Balance: 70 });
      expect(applications(auto)).toHaveLength(1);
      // Taken back, what QuickBooks has applied is a person's to remove.
      await journey.client.withdraw(auto.id, 'credit_memo', memo);
      expect(await ofMemo('failed', auto)).toMatchObject({ reason: 'payment_applied' });
    });

    it('of an older memo that QuickBooks used for another invoice are not applied twice either', async () => {
      await invoice({}, auto);
      await ofInvoice('synced', auto);
      await credit({ appliesTo: undefined, total: '30.00' }, auto);
      await ofMemo('synced', auto);
      await credit({}, auto);
      await nothingIsLeft(journey);
      expect(await ofMemo('synced', auto)).toMatchObject({ warnings: [{ name: 'credit_used' }] });
      expect(inQuickBooks(auto)).toMatchObject({ Balance: 100 });
      expect(applications(auto)).toEqual([]);
    });
  });
});
