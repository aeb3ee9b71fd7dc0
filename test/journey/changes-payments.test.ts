import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { nothingIsLeft } from '../support/checker.js';
import { type Journey, pullChanges, startJourney, waitForStatus } from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';

// Payments made in QuickBooks come back to the app: once, with what is open, and never as money that is
// sent there again.
describe('payments that come back', () => {
  let journey: Journey;
  let company: SalesCompany;
  let events: ReturnType<typeof told>;
  let number = 0;
  let inv: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, {
      settings: { modules: ['invoice', 'payment', 'credit_memo', 'customer'], payments: true },
    });
    events = told(journey, company.id);
  });
  afterAll(() => journey?.close());
  beforeEach(async () => {
    number += 1;
    inv = `INV-${number}`;
    await events();
    company.quickbooks.forget();
  });

  const pull = () => pullChanges(journey, company.id);
  const sent = async (over: Partial<InvoiceInput> = {}) => {
    await company.invoice(inv, over);
    return waitForStatus(journey, company.id, 'invoice', inv, 'synced');
  };
  const answer = () => journey.client.document(company.id, 'invoice', inv);
  const idOf = (externalId = inv) => String(company.invoices(externalId)[0]?.['Id']);
  const act = (what: Parameters<Journey['simulator']['control']['act']>[1]) =>
    String(journey.simulator.control.act(company.realmId, what).object?.['Id']);
  const pay = (amount: number, date: string) => act({ do: 'pay', invoice: idOf(), amount, date });

  /** What changed before is not read again, but for the overlap. */
  const readUpTo = async (): Promise<number> => {
    const [row] = await journey.house.ledger.sql<{ changesSince: Date }[]>`
      select m.changes_since from companies m join connections c on c.company_id = m.id
      where c.id = ${company.id}`;
    return row?.changesSince.getTime() ?? 0;
  };
  const changedAt = (paymentId: string): number => {
    const payment = company.quickbooks.one('Payment', paymentId);
    const { LastUpdatedTime } = payment['MetaData'] as { LastUpdatedTime: string };
    return Date.parse(LastUpdatedTime);
  };

  it('W16 say partly paid, then paid, and take the mark away after a deletion', async () => {
    const lines = [aLine({ unitPrice: '1740.00', amount: '1740.00' })];
    await sent({ lines, total: '1740.00' });
    await pull();
    const { writes } = company.quickbooks;
    company.quickbooks.forget();

    pay(740, '2026-11-23');
    await pull();
    const partly = await answer();
    expect(partly.details).toContain('Partially paid 740.00 of 1,740.00.');
    expect(partly.paid).toEqual({ amount: '740.00', of: '1740.00', lastDate: '2026-11-23' });

    const second = pay(1000, '2026-11-24');
    await pull();
    const whole = await answer();
    expect(whole.details).toContain('Paid in QuickBooks on 2026-11-24 (2 payments).');
    expect(whole).toMatchObject({
      status: 'synced',
      label: 'Synced',
      quickbooks: { balance: '0.00' },
    });
    expect(await events()).toEqual([
      `payment.recorded invoice ${inv}`,
      `payment.recorded invoice ${inv}`,
    ]);

    act({ do: 'delete', entity: 'Payment', id: second });
    await pull();
    expect((await answer()).details).toContain('Partially paid 740.00 of 1,740.00.');
    expect(await events()).toEqual([`payment.removed invoice ${inv}`]);
    // Asked again, nothing new is said.
    await pull();
    expect(await events()).toEqual([]);
    expect(writes()).toBe(0);
  });

  it('are told of each invoice one of them pays, and follow a void and a change of amount', async () => {
    await sent();
    const first = inv;
    inv = `${inv}b`;
    await sent();
    const both = company.quickbooks.add('Payment', {
      CustomerRef: { value: '7' },
      TotalAmt: 150,
      TxnDate: '2026-11-23',
      Line: [
        { Amount: 100, LinkedTxn: [{ TxnId: idOf(first), TxnType: 'Invoice' }] },
        { Amount: 50, LinkedTxn: [{ TxnId: idOf(), TxnType: 'Invoice' }] },
      ],
    });
    await pull();
    expect((await events()).sort()).toEqual([
      `payment.recorded invoice ${first}`,
      `payment.recorded invoice ${inv}`,
    ]);
    expect((await answer()).details).toContain('Partially paid 50.00 of 100.00.');

    act({ do: 'void', entity: 'Payment', id: both });
    await pull();
    expect((await events()).sort()).toEqual([
      `payment.removed invoice ${first}`,
      `payment.removed invoice ${inv}`,
    ]);
    expect((await answer()).paid).toMatchObject({ amount: '0.00' });
  });

  it('come again while the invoice they are for waits for its answer', async () => {
    const before = company.quickbooks.commits().length;
    // However often it is asked again.
    company.fault({
      match: { entity: 'Invoice', operation: 'create' },
      do: 'drop',
      at: 'after_commit',
      count: 1_000,
    });
    await company.invoice(inv);
    await waitFor(() => company.quickbooks.commits().length > before, { what: 'the commit' });
    const readBefore = await readUpTo();
    const payment = pay(60, '2026-11-23');
    await pull();

    const again = Math.max(readBefore, changedAt(payment));
    expect(await readUpTo()).toBe(again);
    expect(await events()).toEqual([]);
    journey.simulator.control.removeFaults();
    await waitForStatus(journey, company.id, 'invoice', inv, 'synced');
    await pull();
    expect(await events()).toEqual([`payment.recorded invoice ${inv}`]);
    expect(await readUpTo()).toBeGreaterThan(again);
  });

  it('count a credit memo that somebody applied there', async () => {
    await sent();
    const memo = company.quickbooks.add('CreditMemo', {
      CustomerRef: { value: '7' },
      Line: [
        {
          Amount: 30,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '3' } },
        },
      ],
    });
    company.quickbooks.add('Payment', {
      CustomerRef: { value: '7' },
      TotalAmt: 0,
      TxnDate: '2026-11-23',
      Line: [
        { Amount: 30, LinkedTxn: [{ TxnId: idOf(), TxnType: 'Invoice' }] },
        { Amount: 30, LinkedTxn: [{ TxnId: memo, TxnType: 'CreditMemo' }] },
      ],
    });
    await pull();
    expect((await answer()).details).toContain('Partially paid 30.00 of 100.00.');
  });

  it('C28 never go back as money when the app says them again', async () => {
    await sent();
    pay(40, '2026-11-23');
    await pull();
    await sent({
      payments: [{ externalId: `PAY-${inv}`, date: '2026-11-23', amount: '40.00' }],
      amountPaid: '40.00',
    });
    const told = await waitForStatus(journey, company.id, 'payment', `PAY-${inv}`, [
      'synced',
      'skipped',
      'failed',
    ]);
    expect(told).toMatchObject({ status: 'skipped', reason: 'paid_in_quickbooks' });
    await pull();
    expect(company.invoices(inv)[0]).toMatchObject({ Balance: 60 });
    expect(await answer()).toMatchObject({ warnings: [], paid: { amount: '40.00' } });
    expect(await events()).toEqual([`payment.recorded invoice ${inv}`]);
  });

  it('that the app sent itself are not told back, and are when somebody deletes them', async () => {
    await sent();
    await journey.client.state(company.id, 'payment', `PAY-${inv}`, {
      date: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      amount: '60.00',
      applies: [{ invoice: { externalId: inv }, amount: '60.00' }],
    });
    const own = await waitForStatus(journey, company.id, 'payment', `PAY-${inv}`, 'synced');
    await pull();
    expect(await events()).toEqual([]);
    expect((await answer()).details).toContain('Partially paid 60.00 of 100.00.');

    act({ do: 'delete', entity: 'Payment', id: own.quickbooks?.id ?? '' });
    await pull();
    expect(await journey.client.document(company.id, 'payment', `PAY-${inv}`)).toMatchObject({
      status: 'deleted_in_quickbooks',
    });
    expect(await events()).toEqual([`payment.removed invoice ${inv}`]);
    expect((await answer()).paid).toMatchObject({ amount: '0.00' });
    // Said again it stays gone.
    const calls = company.quickbooks.writes();
    await journey.client.state(company.id, 'payment', `PAY-${inv}`, {
      date: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      amount: '60.00',
      memo: 'again',
      applies: [{ invoice: { externalId: inv }, amount: '60.00' }],
    });
    await nothingIsLeft(journey);
    expect(await journey.client.document(company.id, 'payment', `PAY-${inv}`)).toMatchObject({
      status: 'deleted_in_quickbooks',
    });
    expect(company.quickbooks.writes()).toBe(calls);
  });
});
