import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import {
  answered,
  codes,
  list,
  member,
  startCompany,
  type TestCompany,
} from '../support/company.js';
import {
  buy,
  CHECKING,
  create,
  known,
  link,
  make,
  now,
  OTHER_VENDOR,
  PAYABLE,
  ref,
  spend,
  VENDOR,
} from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
  company.simulator.control.setClock({ now: '2026-05-05T12:00:00Z', stopped: true });
});

afterEach(() => company.close());

const LINES = [buy(104, { Qty: 2, UnitPrice: 52 }), spend(50)];

const order = (body: JsonObject = {}) => make(company, 'PurchaseOrder', { Line: LINES, ...body });

const bill = (body: JsonObject) => make(company, 'Bill', { Line: LINES, ...body });

const fresh = (object: JsonObject) => now(company, 'PurchaseOrder', object);

const advance = () => company.simulator.control.setClock({ advanceMs: 60_000 });

/** A line that takes from a line of an order. */
const from = (ordered: JsonObject, lineId: string, line: JsonObject): JsonObject => ({
  ...line,
  LinkedTxn: [link('PurchaseOrder', ordered, lineId)],
});

describe('a new purchase order', () => {
  it('answers the members that QuickBooks answers, in its order', async () => {
    const made = await order({ Memo: 'Soon, please' });
    expect(Object.keys(made).filter((name) => name !== 'VendorAddr')).toEqual([
      'EmailStatus',
      'POStatus',
      'domain',
      'sparse',
      'Id',
      'SyncToken',
      'MetaData',
      'CustomField',
      'DocNumber',
      'TxnDate',
      'CurrencyRef',
      'LinkedTxn',
      'Line',
      'VendorRef',
      'APAccountRef',
      'TotalAmt',
      'Memo',
    ]);
    expect(made).toMatchObject({
      EmailStatus: 'NotSet',
      POStatus: 'Open',
      CustomField: [],
      LinkedTxn: [],
      TotalAmt: 154,
    });
    expect(list(made, 'Line')[0]).not.toHaveProperty('LinkedTxn');
  });

  it('is numbered in a sequence of its own', async () => {
    await create(company, 'Invoice', {
      CustomerRef: ref('1'),
      DocNumber: '4000',
      Line: [
        {
          Amount: 1,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: ref('3') },
        },
      ],
    });
    expect(await order()).toMatchObject({ DocNumber: '1001' });
    expect(await order({ DocNumber: '2199' })).toMatchObject({ DocNumber: '2199' });
    expect(await order()).toMatchObject({ DocNumber: '2200' });
  });

  it('has a number once where people give them', async () => {
    await company.close();
    company = await startCompany({ preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } } });
    const body = { VendorRef: ref(VENDOR), APAccountRef: ref(PAYABLE), Line: [spend(1)] };
    expect(await order()).not.toHaveProperty('DocNumber');
    expect(await order({ DocNumber: 'PO-7' })).toMatchObject({ DocNumber: 'PO-7' });
    const again = await company.post('purchaseorder', { ...body, DocNumber: 'PO-7' });
    expect(codes(again)).toEqual(['6140']);
  });

  it('moves no balance', async () => {
    await order();
    expect(await now(company, 'Vendor', { Id: VENDOR })).toMatchObject({ Balance: 0 });
    expect(await now(company, 'Account', { Id: PAYABLE })).toMatchObject({ CurrentBalance: 0 });
  });

  it('needs its payable account', async () => {
    const reply = await company.post('purchaseorder', { VendorRef: ref(VENDOR), Line: LINES });
    expect(codes(reply)).toEqual(['2020']);
  });

  it.each(['simple_start', 'essentials'] as const)('is not in %s', async (plan) => {
    await company.close();
    company = await startCompany({ plan });
    const body = { VendorRef: ref(VENDOR), APAccountRef: ref(PAYABLE), Line: [spend(1)] };
    expect(codes(await company.post('purchaseorder', body))).toEqual(['5030']);
  });

  it('shows the fields that the company has named for orders', async () => {
    await company.close();
    const setting = (Name: string, value: JsonObject) => ({
      Name: `PurchasePrefs.${Name}`,
      ...value,
    });
    const POCustomField = [
      { CustomField: [setting('UsePurchaseCustom1', { Type: 'BooleanType', BooleanValue: true })] },
      { CustomField: [setting('PurchaseCustomName1', { Type: 'StringType', StringValue: 'Van' })] },
    ];
    company = await startCompany({ preferences: { VendorAndPurchasesPrefs: { POCustomField } } });
    const made = await order({ CustomField: [{ DefinitionId: '1', StringValue: 'No. 2' }] });
    const field = { DefinitionId: '1', Name: 'Van', Type: 'StringType' };
    expect(made['CustomField']).toEqual([{ ...field, StringValue: 'No. 2' }]);
    expect((await order())['CustomField']).toEqual([field]);
  });
});

describe('an updated purchase order', () => {
  it('loses its number in a full update without one, but not its state', async () => {
    const made = await order({ Memo: 'a' });
    const { VendorRef, APAccountRef, Line } = made;
    const body = known(made, { VendorRef, APAccountRef, Line, Memo: 'b' });
    const after = answered(await company.post('purchaseorder', body), 'PurchaseOrder');
    expect(after).not.toHaveProperty('DocNumber');
    expect(after).toMatchObject({ SyncToken: '1', POStatus: 'Open', LinkedTxn: [], Memo: 'b' });
  });

  it('says on its item lines how much has come', async () => {
    const made = await order();
    const Line = [
      { ...buy(52, { Qty: 1, UnitPrice: 52 }), Id: '1' },
      { ...spend(50), Id: '2' },
    ];
    const body = known(made, { sparse: true, Line });
    const after = answered(await company.post('purchaseorder', body), 'PurchaseOrder');
    expect(list(after, 'Line')[0]).toHaveProperty('Received', 0);
    expect(list(after, 'Line')[1]).not.toHaveProperty('Received');
  });

  it('stays as it is when it is sent back as it is', async () => {
    const made = await order();
    const after = answered(await company.post('purchaseorder', made), 'PurchaseOrder');
    expect(after).toEqual(made);
  });

  it('is sent to its address', async () => {
    const made = await order();
    expect(codes(await company.post(`purchaseorder/${made['Id']}/send`, ''))).toEqual(['2020']);
    const path = `purchaseorder/${made['Id']}/send?sendTo=sales@example.com`;
    expect(answered(await company.post(path, ''), 'PurchaseOrder')).toMatchObject({
      EmailStatus: 'EmailSent',
      POEmail: { Address: 'sales@example.com' },
      SyncToken: '1',
    });
  });
});

describe('a bill from a purchase order', () => {
  it('closes it, is listed on it and makes it as new as itself', async () => {
    const made = await order();
    advance();
    const billed = await bill({ LinkedTxn: [link('PurchaseOrder', made)] });
    const after = await fresh(made);
    expect(after).toMatchObject({
      POStatus: 'Closed',
      SyncToken: '1',
      LinkedTxn: [{ TxnId: billed['Id'], TxnType: 'Bill' }],
    });
    const created = member(billed, 'MetaData')['CreateTime'];
    expect(member(after, 'MetaData')['LastUpdatedTime']).toBe(created);
    expect(billed['LinkedTxn']).toEqual([{ TxnId: made['Id'], TxnType: 'PurchaseOrder' }]);
  });

  it('says so in its header where only its lines do', async () => {
    const made = await order();
    const billed = await bill({
      Line: [from(made, '1', buy(104, { Qty: 2, UnitPrice: 52 })), from(made, '2', spend(50))],
    });
    expect(billed['LinkedTxn']).toEqual([{ TxnId: made['Id'], TxnType: 'PurchaseOrder' }]);
    expect(list(list(billed, 'Line')[0] ?? {}, 'LinkedTxn')).toEqual([
      link('PurchaseOrder', made, '1'),
    ]);
    expect(await fresh(made)).toMatchObject({ POStatus: 'Closed' });
  });

  it('leaves it open until all of its lines are billed', async () => {
    const made = await order();
    const half = await bill({ Line: [from(made, '1', buy(52, { Qty: 1, UnitPrice: 52 }))] });
    const partly = await fresh(made);
    expect(partly).toMatchObject({ POStatus: 'Open', SyncToken: '1' });
    expect(list(partly, 'Line')[0]).toMatchObject({ Received: 1 });
    const rest = await bill({
      Line: [from(made, '1', buy(52, { Qty: 1, UnitPrice: 52 })), from(made, '2', spend(50))],
    });
    expect(await fresh(made)).toMatchObject({
      POStatus: 'Closed',
      SyncToken: '2',
      LinkedTxn: [half, rest].map(({ Id }) => ({ TxnId: Id, TxnType: 'Bill' })),
    });
  });

  it('opens it again when it is deleted', async () => {
    const made = await order();
    const billed = await bill({ LinkedTxn: [link('PurchaseOrder', made)] });
    expect(
      codes(await company.post('purchaseorder?operation=delete', known(await fresh(made)))),
    ).toEqual(['800']);
    await company.post('bill?operation=delete', known(billed));
    const after = await fresh(made);
    expect(after).toMatchObject({ POStatus: 'Open', LinkedTxn: [], SyncToken: '2' });
    const gone = await company.post('purchaseorder?operation=delete', known(after));
    expect(answered(gone, 'PurchaseOrder')).toMatchObject({ status: 'Deleted' });
  });

  it('keeps it closed through changes that leave the link alone', async () => {
    const made = await order();
    const billed = await bill({ LinkedTxn: [link('PurchaseOrder', made)] });
    const note = known(billed, { sparse: true, PrivateNote: 'x' });
    answered(await company.post('bill', note), 'Bill');
    expect(await fresh(made)).toMatchObject({ POStatus: 'Closed', SyncToken: '1' });
    const edited = known(await fresh(made), { sparse: true, Memo: 'y' });
    const after = answered(await company.post('purchaseorder', edited), 'PurchaseOrder');
    expect(after).toMatchObject({ POStatus: 'Closed', SyncToken: '2' });
    expect(list(after, 'LinkedTxn')).toHaveLength(1);
  });

  it('is refused for an unknown order, an unknown line and the order of another vendor', async () => {
    const made = await order();
    const refused = async (body: JsonObject) => {
      const reply = await company.post('bill', { VendorRef: ref(VENDOR), Line: LINES, ...body });
      return codes(reply);
    };
    expect(await refused({ LinkedTxn: [{ TxnId: '999', TxnType: 'PurchaseOrder' }] })).toEqual([
      '620',
    ]);
    expect(await refused({ Line: [from(made, '9', spend(50))] })).toEqual(['620']);
    const other = { VendorRef: ref(OTHER_VENDOR), LinkedTxn: [link('PurchaseOrder', made)] };
    expect(await refused(other)).toEqual(['620']);
    expect(await fresh(made)).toMatchObject({ POStatus: 'Open', SyncToken: '0' });
  });

  it('may be a check instead, which the order calls a Purchase', async () => {
    const made = await order();
    const check = await create(company, 'Purchase', {
      PaymentType: 'Check',
      AccountRef: ref(CHECKING),
      EntityRef: ref(VENDOR),
      LinkedTxn: [link('PurchaseOrder', made)],
      Line: LINES,
    });
    expect(await fresh(made)).toMatchObject({
      POStatus: 'Closed',
      LinkedTxn: [{ TxnId: check['Id'], TxnType: 'Purchase' }],
    });
    answered(
      await company.post('purchase?operation=update&include=void', known(check)),
      'Purchase',
    );
    expect(await fresh(made)).toMatchObject({ POStatus: 'Open', LinkedTxn: [] });
  });
});
