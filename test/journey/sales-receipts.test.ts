import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SalesReceiptInput } from '../../src/contract/documents/index.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

// A sales receipt is updated, voided and deleted like an invoice, once each, whatever becomes of answers.
describe('sales receipts', () => {
  let journey: Journey;
  let company: SalesCompany;
  let number = 0;
  let key: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, { settings: { modules: ['sales_receipt', 'customer'] } });
  });
  afterAll(() => journey?.close());
  beforeEach(() => {
    number += 1;
    key = `SR-${number}`;
    company.quickbooks.forget();
  });

  const receipt = (over: Partial<SalesReceiptInput> = {}) =>
    journey.client.state(company.id, 'sales_receipt', key, {
      number: key,
      source: 'order_form',
      date: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      lines: [aLine()],
      total: '100.00',
      ...over,
    });
  const settled = (status: string) =>
    waitForStatus(journey, company.id, 'sales_receipt', key, status);
  const withdraw = (mode?: 'void' | 'delete') =>
    journey.client.withdraw(company.id, 'sales_receipt', key, mode);
  const inQuickBooks = () => company.quickbooks.where('SalesReceipt', 'DocNumber', key);
  const answerIsLost = (operation: 'update' | 'void' | 'delete') =>
    company.fault({
      match: { entity: 'SalesReceipt', operation },
      do: 'drop',
      at: 'after_commit',
    });

  it('are updated where they are, with one write and no read', async () => {
    await receipt();
    const { quickbooks } = await settled('synced');
    await receipt({ lines: [aLine({ unitPrice: '80.00', amount: '80.00' })], total: '80.00' });
    await waitFor(() => inQuickBooks()[0]?.['TotalAmt'] === 80, { what: 'the update' });
    expect(await settled('synced')).toMatchObject({
      quickbooks: { id: quickbooks?.id, total: '80.00' },
    });
    expect(company.quickbooks.calls()).toEqual(['POST salesreceipt', 'POST salesreceipt']);
  });

  it('are voided and stay readable', async () => {
    await receipt();
    await settled('synced');
    await withdraw();
    await settled('voided');
    expect(inQuickBooks()).toMatchObject([{ TotalAmt: 0, PrivateNote: /^Voided/i }]);
    expect(company.quickbooks.commits()).toEqual(['create SalesReceipt', 'void SalesReceipt']);
  });

  it('are deleted where the app wants that, also after a void', async () => {
    await receipt();
    await settled('synced');
    await withdraw('void');
    await settled('voided');
    await withdraw('delete');
    await settled('deleted');
    expect(inQuickBooks()).toEqual([]);
  });

  it('that were never sent are cancelled without a call', async () => {
    await receipt({ customer: { name: 'Nobody' } });
    await settled('failed');
    company.quickbooks.forget();
    await withdraw();
    await settled('cancelled');
    expect(company.quickbooks.calls()).toEqual([]);
  });

  it.each(['void', 'delete'] as const)(
    'are taken back once where the answer to the %s is lost',
    async (mode) => {
      await receipt();
      await settled('synced');
      answerIsLost(mode);
      await withdraw(mode);
      await settled(mode === 'void' ? 'voided' : 'deleted');
      expect(company.quickbooks.commits()).toEqual(['create SalesReceipt', `${mode} SalesReceipt`]);
    },
  );

  it('are found voided where QuickBooks has forgotten the request as well', async () => {
    await receipt();
    await settled('synced');
    const { control } = journey.simulator;
    const stop = control.onCommit(({ realmId }) => {
      if (realmId === company.realmId) setImmediate(() => control.forgetRequests({ realmId }));
    });
    answerIsLost('void');
    await withdraw('void');
    await settled('voided');
    stop();
    expect(inQuickBooks()).toMatchObject([{ TotalAmt: 0 }]);
    expect(company.quickbooks.commits().filter((one) => one.startsWith('void'))).toHaveLength(1);
  });
});
