import { describe, expect, it } from '@jest/globals';
import {
  DOCUMENT_SCHEMAS,
  type PurchaseOrderInput,
} from '../../../src/contract/documents/index.js';
import { purchaseFormBody } from '../../../src/qbo/mapping/purchase-form.js';
import { billOf, bodyOf, lineOf, referencesOf, SETTINGS, US } from './billed.js';

// What is bought, as QuickBooks is told it: every body is stated whole.

const goods = (over: object = {}) => ({
  item: { recordId: '3' },
  name: 'Pine board',
  quantity: '4',
  unitPrice: '25.00',
  amount: '100.00',
  ...over,
});

const leftOut = (field: string, why: string) => ({ name: 'left_out', params: { field, why } });

describe('a bill', () => {
  it('of accounts, with all its dimensions', () => {
    const over = {
      number: 'TC-88213',
      dueDate: '2026-12-18',
      reference: 'PO-3391 / site visit',
      lines: [
        lineOf('1250.00', { taxCode: { recordId: '6' }, description: 'Timber' }),
        lineOf('85.00', { taxCode: { recordId: '6' }, name: 'Delivery' }),
      ],
      tax: { total: '267.00' },
      total: '1602.00',
    };
    const { body, problems, refusal, warnings } = bodyOf(over, {
      company: {
        ...US,
        country: 'GB',
        homeCurrency: 'GBP',
        classTracking: 'line',
        trackLocations: true,
      },
      references: {
        classIds: ['201', '201'],
        customerIds: ['71', null],
        accountIds: ['61', '62'],
        locationId: '2',
        termId: '3',
      },
    });
    expect({ problems, refusal, warnings }).toEqual({ problems: [], refusal: null, warnings: [] });
    expect(body).toEqual({
      DocNumber: 'TC-88213',
      TxnDate: '2026-11-18',
      DueDate: '2026-12-18',
      SalesTermRef: { value: '3' },
      VendorRef: { value: '45' },
      APAccountRef: { value: '33' },
      DepartmentRef: { value: '2' },
      GlobalTaxCalculation: 'TaxExcluded',
      PrivateNote: 'PO-3391 / site visit',
      Line: [
        {
          DetailType: 'AccountBasedExpenseLineDetail',
          Amount: 1250,
          Description: 'Timber',
          AccountBasedExpenseLineDetail: {
            AccountRef: { value: '61' },
            TaxCodeRef: { value: '6' },
            ClassRef: { value: '201' },
            CustomerRef: { value: '71' },
            BillableStatus: 'NotBillable',
          },
        },
        {
          DetailType: 'AccountBasedExpenseLineDetail',
          Amount: 85,
          Description: 'Delivery',
          AccountBasedExpenseLineDetail: {
            AccountRef: { value: '62' },
            TaxCodeRef: { value: '6' },
            ClassRef: { value: '201' },
          },
        },
      ],
    });
  });

  it('of goods has their quantity and price, and a discount lowers the line', () => {
    const lines = [goods(), goods({ discount: '10.00' }), goods({ quantity: '3' })];
    const { body, problems } = bodyOf({ lines, total: '290.00' }, { company: US });
    expect(problems).toEqual([]);
    const detail = { ItemRef: { value: '3' } };
    expect(body.Line.map(({ Amount, ItemBasedExpenseLineDetail: of }) => [Amount, of])).toEqual([
      [100, { ...detail, Qty: 4, UnitPrice: 25 }],
      [90, { ...detail, Qty: 4, UnitPrice: 22.5 }],
      // 3 × 25.00 is not 100.00: QuickBooks would refuse the price.
      [100, detail],
    ]);
  });

  it('has its reference in the note, or as its number where that is set', () => {
    const over = { reference: 'PO-3391', memo: 'by van' };
    expect(bodyOf(over, { company: US }).body).toMatchObject({
      DocNumber: 'B-1',
      PrivateNote: 'PO-3391 / by van',
    });
    const settings = { referenceTo: 'number' } as const;
    expect(bodyOf(over, { company: US, settings }).body).toMatchObject({
      DocNumber: 'PO-3391',
      PrivateNote: 'B-1 / by van',
    });
    expect(bodyOf({}, { company: US, settings, mark: 'k3Jx-9_a' }).body).toMatchObject({
      DocNumber: 'B-1',
      PrivateNote: '[qbo-sync k3Jx-9_a]',
    });
  });

  it('has no number where that is longer than QuickBooks takes, and says so', () => {
    const { body, warnings } = bodyOf({ number: 'x'.repeat(22) }, { company: US });
    expect(body).not.toHaveProperty('DocNumber');
    expect(warnings).toEqual([leftOut('number', 'it has more than 21 characters')]);
  });

  it('says what the company has no place for', () => {
    const lines = [lineOf('100.00', { class: { name: 'North' } })];
    const found = (classTracking: 'off' | 'transaction') =>
      bodyOf(
        { lines, location: { name: 'Shop' } },
        { company: { ...US, classTracking }, references: { classIds: ['201'] } },
      );
    expect(found('off').warnings).toEqual([
      leftOut('class', 'classes are switched off in QuickBooks'),
      leftOut('location', 'locations are switched off in QuickBooks'),
    ]);
    const perForm = found('transaction');
    expect(JSON.stringify(perForm.body)).not.toContain('ClassRef');
    expect(JSON.stringify(perForm.warnings)).toContain('on purchase orders only');
  });

  it.each(['Bill', 'VendorCredit'] as const)(
    'has lines that agree on their class where the company keeps one per form: %s',
    (entity) => {
      const lines = ['North', 'South'].map((name) => lineOf('50.00', { class: { name } }));
      const { problems } = bodyOf(
        { lines },
        {
          entity,
          company: { ...US, classTracking: 'transaction' },
          references: { classIds: ['201', '202'] },
        },
      );
      expect(problems).toEqual([
        {
          field: 'lines.1.class',
          rule: 'must be the same on all lines: this company keeps one class per form',
        },
      ]);
    },
  );

  it('says how many things an amount for the account of the settings is for', () => {
    const device = goods({ item: undefined, name: 'Phone', attributes: { model: 'X' } });
    const { body, problems } = bodyOf(
      { lines: [device, device], total: '200.00' },
      {
        company: US,
        settings: {
          accounts: { expense: { name: 'Utilities' } },
          item: { ...SETTINGS.item, mode: 'by_name', missing: 'fail', groupBy: ['model'] },
        },
        references: { accountIds: ['61', null] },
      },
    );
    expect(problems).toEqual([]);
    expect(body.Line.map(({ Amount, Description }) => [Amount, Description])).toEqual([
      [200, 'Phone · 8 items (8 × 25.00)'],
    ]);
  });

  it('must be in the currency of its supplier, which is fixed for life', () => {
    const company = { ...US, multiCurrency: true };
    const of = (currency: string) =>
      bodyOf({ currency }, { company, references: { vendorCurrency: 'EUR' } });
    expect(of('EUR')).toMatchObject({ problems: [], body: { CurrencyRef: { value: 'EUR' } } });
    expect(of('USD').problems).toEqual([
      { field: 'currency', rule: 'must be EUR, the currency of the supplier in QuickBooks' },
    ]);
  });

  it('needs to say what a line is for', () => {
    const document = billOf({ lines: [{ description: 'Something', amount: '100.00' }] });
    const references = { ...referencesOf(document), accountIds: [null] };
    const { problems } = bodyOf({ lines: document.lines }, { company: US, references });
    expect(problems.map(({ field }) => field)).toEqual(['lines.0.account']);
  });

  it('below zero is a vendor credit', () => {
    const { problems } = bodyOf({ lines: [lineOf('-5.00')], total: '-5.00' }, { company: US });
    expect(problems).toEqual([
      { field: 'total', rule: 'must not be negative; state a vendor credit instead' },
    ]);
  });

  it('is linked to its purchase order, line by line where one line is meant', () => {
    const stored = (Id: string, Amount: number, itemId: string) => ({
      Id,
      Amount,
      ItemBasedExpenseLineDetail: { ItemRef: { value: itemId } },
    });
    const { body } = bodyOf(
      {
        lines: [goods({ amount: '60.00' }), goods({ item: { recordId: '4' } }), lineOf('5.00')],
        total: '165.00',
      },
      {
        company: US,
        references: {
          order: {
            id: '140',
            // Of two for one product the amount tells.
            lines: [stored('1', 100, '3'), stored('2', 40, '4'), stored('3', 100, '4')] as never,
          },
        },
      },
    );
    expect(body.LinkedTxn).toEqual([{ TxnId: '140', TxnType: 'PurchaseOrder' }]);
    expect(body.Line.map(({ LinkedTxn }) => LinkedTxn?.[0]?.TxnLineId)).toEqual([
      '1',
      '3',
      undefined,
    ]);
  });
});

describe('a purchase order', () => {
  const orderBody = (
    over: Partial<PurchaseOrderInput>,
    classIds: (string | null)[],
    stored: Record<string, unknown> | null = null,
  ) => {
    const document = DOCUMENT_SCHEMAS.purchase_order.parse({
      number: 'PO-7',
      status: 'approved',
      date: '2026-11-18',
      vendor: { name: 'Timber & Co Ltd' },
      lines: [goods(), goods()],
      total: '200.00',
      ...over,
    });
    return purchaseFormBody({
      entity: 'PurchaseOrder',
      document,
      references: { ...referencesOf(document), classIds },
      company: { ...US, classTracking: 'transaction' },
      settings: SETTINGS,
      rates: new Map(),
      stored,
      ownOrders: [],
      mark: null,
    });
  };

  it('has one class, which its lines must agree on', () => {
    expect(orderBody({}, ['201', null]).body).toMatchObject({ ClassRef: { value: '201' } });
    expect(orderBody({}, ['201', '202']).problems).toEqual([
      {
        field: 'lines.1.class',
        rule: 'must be the same on all lines: this company keeps one class per form',
      },
    ]);
  });

  it('is closed where the app closes it', () => {
    expect(orderBody({ status: 'closed' }, []).body).toMatchObject({ POStatus: 'Closed' });
    expect(orderBody({}, []).body).not.toHaveProperty('POStatus');
  });

  it('is updated as a whole, with what QuickBooks holds beside', () => {
    const stored = {
      Id: '140',
      SyncToken: '2',
      domain: 'QBO',
      sparse: false,
      MetaData: { CreateTime: '2026-11-18T09:00:00-08:00' },
      DocNumber: 'PO-7',
      Memo: 'Deliver to the back door',
      VendorRef: { value: '44' },
      VendorAddr: { Line1: 'Old supplier' },
      POStatus: 'Closed',
      LinkedTxn: [{ TxnId: '150', TxnType: 'Bill' }],
      TxnTaxDetail: { TotalTax: 3 },
      TotalAmt: 50,
      Line: [
        {
          Id: '9',
          Amount: 50,
          DetailType: 'ItemBasedExpenseLineDetail',
          ItemBasedExpenseLineDetail: { ItemRef: { value: '3' } },
        },
      ],
    };
    const { body, warnings } = orderBody({}, [null, null], stored);
    expect(warnings).toEqual([]);
    const line = {
      DetailType: 'ItemBasedExpenseLineDetail',
      Amount: 100,
      Description: 'Pine board',
      ItemBasedExpenseLineDetail: { ItemRef: { value: '3' }, Qty: 4, UnitPrice: 25 },
    };
    expect(body).toEqual({
      Id: '140',
      SyncToken: '2',
      DocNumber: 'PO-7',
      TxnDate: '2026-11-18',
      Memo: 'Deliver to the back door',
      VendorRef: { value: '45' },
      APAccountRef: { value: '33' },
      POStatus: 'Closed',
      Line: [{ Id: '9', ...line }, line],
    });
  });
});
