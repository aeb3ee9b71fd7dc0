import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BillInput } from '../../src/contract/documents/index.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { type Journey, refresh, startJourney } from '../support/journey.js';
import { refusalOf } from '../support/raw-api.js';
import { ANNA, aLine, anInvoice, BOB, codingOf, PAYABLE, posted, tenant } from './builder.js';
import type { Account } from './profile.js';

describe('supplier-invoices', () => {
  let journey: Journey;
  let builder: Account;

  beforeAll(async () => {
    journey = await startJourney();
    builder = await tenant(journey);
  });
  afterAll(() => journey?.close());

  it('T1 one module posts invoices, credit notes and suppliers', async () => {
    const at = await tenant(journey);
    await at.state('vendor', 'S-1', { displayName: 'Glass & Co Ltd', actor: ANNA });
    await posted(at, 'T-1', { vendor: { externalId: 'S-1' } });
    await at.state('vendor_credit', 'CN-1', anInvoice('CN-1', { vendor: { externalId: 'S-1' } }));
    await at.settled('vendor_credit', 'CN-1');
    expect(at.quickbooks.commits()).toEqual([
      'create Vendor',
      'create Bill',
      'create VendorCredit',
    ]);
  });

  it('T3 a tenant connects, sets the credit account, and the first invoice posts', async () => {
    const at = await tenant(journey, { accounts: {} });
    await at.state('bill', 'T-3', anInvoice('T-3'));
    await journey.client.changeSettings(at.id, { accounts: { payable: PAYABLE } });
    expect((await at.settled('bill', 'T-3')).warnings).toEqual([]);
  });

  it.each(['received', 'matched'] as const)(
    'T8 an invoice that is %s waits for its approval, and is posted then',
    async (status) => {
      const number = `T-8-${status}`;
      builder.quickbooks.forget();
      expect(await builder.state('bill', number, anInvoice(number, { status }))).toMatchObject({
        status: 'not_ready',
        label: 'Not synced',
        details: `This bill is "${status}". It goes to QuickBooks once it is approved.`,
      });
      expect(builder.quickbooks.calls()).toEqual([]);
      const { synced, bill } = await posted(builder, number);
      expect(synced.details).toBe(
        `Bill ${number} created in QuickBooks (Id ${synced.quickbooks?.id}), total 120.00.`,
      );
      expect(bill).toMatchObject({
        DocNumber: number,
        VendorRef: { value: '45' },
        TotalAmt: 120,
        TxnTaxDetail: { TotalTax: 20 },
      });
      expect(builder.quickbooks.commits()).toEqual(['create Bill']);
    },
  );

  it('T8 what QuickBooks would not take is said before it is approved', async () => {
    builder.quickbooks.forget();
    const credit = { lines: [aLine({ amount: '-100.00', taxAmount: '-20.00' })], total: '-120.00' };
    const below = anInvoice('T-8-minus', { ...credit, tax: { total: '-20.00' } });
    expect(
      await builder.state('bill', 'T-8-minus', { ...below, status: 'received' }),
    ).toMatchObject({
      status: 'failed',
      details:
        'QuickBooks cannot take total: must not be negative; state a vendor credit instead. Correct it and send again.',
    });
    expect(builder.quickbooks.calls()).toEqual([]);
    await posted(builder, 'T-8-again');
    builder.quickbooks.forget();
    const uncoded = anInvoice('T-8-again', { lines: [aLine({ taxCode: undefined })] });
    const shown = await journey.client.preview(builder.id, 'bill', 'T-8-again', uncoded);
    expect(shown).toMatchObject({
      status: 'failed',
      reason: 'invalid_field',
      params: { field: 'lines.0.taxCode' },
    });
    expect(builder.quickbooks.calls()).toEqual([]);
  });

  it('T8 a credit note becomes a vendor credit', async () => {
    await builder.state('vendor_credit', 'CN-8', anInvoice('CN-8'));
    const { quickbooks } = await builder.settled('vendor_credit', 'CN-8');
    expect(builder.quickbooks.one('VendorCredit', quickbooks?.id)).toMatchObject({
      DocNumber: 'CN-8',
      VendorRef: { value: '45' },
      APAccountRef: { value: '33' },
      TotalAmt: 120,
    });
  });

  it('T8 an invoice of a purchase order is linked to it where orders are sent as well', async () => {
    const at = await tenant(journey, {
      modules: ['bill', 'purchase_order', 'vendor_credit', 'vendor'],
    });
    await at.state('purchase_order', 'PO-8', { ...anInvoice('PO-8'), status: 'approved' });
    await at.settled('purchase_order', 'PO-8');
    const { bill } = await posted(at, 'T-8', { purchaseOrder: 'PO-8' });
    const [order] = at.quickbooks.all('PurchaseOrder');
    expect(bill).toMatchObject({ LinkedTxn: [{ TxnId: order?.['Id'], TxnType: 'PurchaseOrder' }] });
    expect(order).toMatchObject({ POStatus: 'Closed' });
  });

  it('T8 an invoice of a purchase order that stays in the app is posted all the same', async () => {
    const { synced, bill } = await posted(builder, 'T-8-kept', { purchaseOrder: 'PO-in-the-app' });
    expect(synced.label).toBe('Synced');
    expect(synced.details).toContain(
      'not linked to purchase order PO-in-the-app, because this connection does not send purchase orders',
    );
    expect(bill).not.toHaveProperty('LinkedTxn.0');
  });

  it('T9 an invoice without a purchase order is received, approved and posted the same way', async () => {
    await builder.state('bill', 'T-9', anInvoice('T-9', { status: 'received' }));
    const { synced, bill } = await posted(builder, 'T-9');
    expect(synced).toMatchObject({
      label: 'Synced',
      details: `Bill T-9 created in QuickBooks (Id ${synced.quickbooks?.id}), total 120.00.`,
      warnings: [],
    });
    expect(bill).toMatchObject({
      DocNumber: 'T-9',
      VendorRef: { value: '45' },
      APAccountRef: { value: '33' },
      TotalAmt: 120,
    });
    expect(bill).not.toHaveProperty('LinkedTxn.0');
  });

  it('T10 suppliers are updated from the app where that is set, and else left alone', async () => {
    const told = { displayName: 'Timber & Co Ltd', phone: '555-0100', actor: ANNA };
    const at = await tenant(journey, { vendor: { update: false } });
    await at.state('vendor', 'S-10', told);
    expect(await at.settled('vendor', 'S-10')).toMatchObject({
      label: 'Synced with warnings',
      warnings: [{ name: 'update_not_made', params: { why: 'setting' } }],
    });
    expect(at.quickbooks.writes()).toBe(0);
    await journey.client.changeSettings(at.id, { vendor: { update: true } });
    await at.state('vendor', 'S-10', { ...told, email: 'sales@timber.example' });
    await at.settled('vendor', 'S-10');
    expect(at.quickbooks.one('Vendor', '45')).toMatchObject({
      PrimaryPhone: { FreeFormNumber: '555-0100' },
      PrimaryEmailAddr: { Address: 'sales@timber.example' },
    });
  });

  it('T11 only users with the right update suppliers, and a new one on an invoice needs the same', async () => {
    const at = await tenant(journey);
    await at.state('vendor', 'S-11', {
      displayName: 'Timber & Co Ltd',
      phone: '555-0100',
      actor: BOB,
    });
    expect((await at.settled('vendor', 'S-11')).details).toContain('Bob may not update suppliers.');
    const fresh = { vendor: { name: 'Glass & Co Ltd' } };
    await at.state('bill', 'T-11', anInvoice('T-11', { ...fresh, actor: BOB }));
    expect(await at.settled('bill', 'T-11', 'failed')).toMatchObject({
      reason: 'vendor_right_missing',
      details:
        'The supplier is not in QuickBooks, and Bob may not add suppliers. Add it there, or let someone with the right send it again.',
    });
    expect(at.quickbooks.writes()).toBe(0);
    const { synced } = await posted(at, 'T-11', { ...fresh, actor: ANNA });
    expect(synced.details).toContain('Created supplier Glass & Co Ltd.');
    expect(at.quickbooks.commits()).toEqual(['create Vendor', 'create Bill']);
  });

  it('T18 the credit account has to be defined, is checked, and is where invoices are posted', async () => {
    const at = await tenant(journey, { accounts: {} });
    expect(await at.state('bill', 'T-18', anInvoice('T-18'))).toMatchObject({
      status: 'waiting',
      details: 'The setup is not complete: the credit account (accounts payable).',
    });
    const refusal = await refusalOf(
      journey.client.changeSettings(at.id, { accounts: { payable: { number: '5000' } } }),
    );
    expect(refusal.problem.errors?.map(({ field }) => field)).toEqual(['accounts.payable']);
    expect(at.quickbooks.writes()).toBe(0);
    const creditors = at.quickbooks.add('Account', {
      Name: 'Creditors',
      AccountType: 'Accounts Payable',
    });
    await refresh(journey, at.id, ['account']);
    await journey.client.changeSettings(at.id, { accounts: { payable: { name: 'Creditors' } } });
    const { quickbooks } = await at.settled('bill', 'T-18');
    expect(at.quickbooks.one('Bill', quickbooks?.id)).toMatchObject({
      APAccountRef: { value: creditors },
    });
  });

  const DIMENSIONS: Partial<BillInput> = {
    location: { name: 'North' },
    lines: [
      aLine({
        class: { name: 'Residential' },
        customerOrProject: { name: 'Kitchen Refit:Phase 1' },
      }),
    ],
  };
  const dimensionsOf = (bill: JsonObject) => ({
    location: bill['DepartmentRef'] !== undefined,
    class: codingOf(bill)?.['ClassRef'] !== undefined,
    customerOrProject: codingOf(bill)?.['CustomerRef'] !== undefined,
  });

  it.each(['location', 'class', 'customerOrProject'] as const)(
    'T19 %s is transferred or not, by itself',
    async (dimension) => {
      const at = await tenant(journey, { dimensions: { [dimension]: false } });
      const all = { location: true, class: true, customerOrProject: true };
      const off = await posted(at, 'T-19', DIMENSIONS);
      expect(dimensionsOf(off.bill)).toEqual({ ...all, [dimension]: false });
      await journey.client.changeSettings(at.id, { dimensions: { [dimension]: true } });
      expect(dimensionsOf((await posted(at, 'T-19b', DIMENSIONS)).bill)).toEqual(all);
    },
  );

  it('T20 the fields come over, and the reference as the memo', async () => {
    const { bill } = await posted(builder, 'T-20', { ...DIMENSIONS, reference: 'PO-3391 / site' });
    expect(bill).toMatchObject({
      DocNumber: 'T-20',
      PrivateNote: 'PO-3391 / site',
      DepartmentRef: { value: '2' },
    });
    expect(codingOf(bill)).toMatchObject({
      AccountRef: { value: '261' },
      ClassRef: { value: '201' },
      CustomerRef: { value: '71' },
      TaxCodeRef: { value: '6' },
    });
  });

  it('T20 the reference is the number where that is set', async () => {
    const at = await tenant(journey, { referenceTo: 'number' });
    const { bill } = await posted(at, 'T-20', { reference: 'TIM-77' });
    expect(bill).toMatchObject({ DocNumber: 'TIM-77', PrivateNote: 'T-20' });
  });

  it('T20 a company of one class per document gets it on orders; bills have none, and say so', async () => {
    const AccountingInfoPrefs = { ClassTrackingPerTxn: true, ClassTrackingPerTxnLine: false };
    const at = await tenant(
      journey,
      { modules: ['purchase_order', 'bill'] },
      { preferences: { AccountingInfoPrefs } },
    );
    const classed = (...names: string[]) => ({
      status: 'approved' as const,
      lines: names.map((name) => aLine({ class: { name } })),
      tax: { total: `${20 * names.length}.00` },
      total: `${120 * names.length}.00`,
    });
    const order = (number: string, ...names: string[]) =>
      at.state('purchase_order', number, { ...anInvoice(number), ...classed(...names) });
    await order('PO-20', 'Residential', 'Residential');
    await at.settled('purchase_order', 'PO-20');
    expect(at.quickbooks.all('PurchaseOrder')).toMatchObject([{ ClassRef: { value: '201' } }]);
    await order('PO-20b', 'Residential', 'Offices');
    expect(await at.settled('purchase_order', 'PO-20b', 'failed')).toMatchObject({
      reason: 'invalid_field',
      params: { field: 'lines.1.class' },
    });
    await order('PO-20c', 'Residential', ...Array.from({ length: 7 }, () => 'Offices'));
    expect((await at.settled('purchase_order', 'PO-20c', 'failed')).details).toBe(
      'QuickBooks cannot take lines.1.class, lines.2.class, lines.3.class, lines.4.class, lines.5.class and 2 more: must be the same on all lines: this company keeps one class per form. Correct it and send again.',
    );
    const { synced, bill } = await posted(at, 'T-20', classed('Residential'));
    expect(synced.label).toBe('Synced with warnings');
    expect(synced.details).toContain(
      'Not in QuickBooks: class, because this company keeps one class per form',
    );
    expect(JSON.stringify(bill)).not.toContain('ClassRef');
  });

  it('T23 with the credit account and the download the setup is complete', async () => {
    const at = await tenant(journey, { accounts: {} });
    expect(await journey.client.connection(at.id)).toMatchObject({
      status: 'setup_incomplete',
      setupMissing: ['accounts.payable'],
    });
    await journey.client.changeSettings(at.id, { accounts: { payable: PAYABLE } });
    expect(await journey.client.connection(at.id)).toMatchObject({
      status: 'connected',
      setupMissing: [],
    });
    await posted(at, 'T-23');
  });
});
