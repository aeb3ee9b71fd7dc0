import { describe, expect, it } from '@jest/globals';
import { wholeUpdate } from '../../../src/qbo/mapping/purchase-update.js';
import type { QuickBooksPurchaseForm } from '../../../src/qbo/mapping/quickbooks-types.js';

// An update is stated whole: what belongs to a line in QuickBooks follows that line.

const ITEM = 'ItemBasedExpenseLineDetail';
const ACCOUNT = 'AccountBasedExpenseLineDetail';

const goods = (item: string, Amount: number, over: object = {}, detail: object = {}) => ({
  DetailType: ITEM,
  Amount,
  [ITEM]: { ItemRef: { value: item }, ...detail },
  ...over,
});
const cost = (Amount: number, Description: string, detail: object = {}) => ({
  DetailType: ACCOUNT,
  Amount,
  Description,
  [ACCOUNT]: { AccountRef: { value: '61' }, ...detail },
});

const form = (Line: object[], over: object = {}) =>
  ({ VendorRef: { value: '45' }, Line, ...over }) as QuickBooksPurchaseForm;
const stored = (lines: object[], over: object = {}) => ({
  ...form(
    lines.map((line, index) => ({ Id: `${index + 1}`, LinkedTxn: [], ...line })),
    over,
  ),
  Id: '150',
  SyncToken: '1',
  TotalAmt: 100,
});

const updated = (own: object[], held: object[]) =>
  wholeUpdate(form(own), stored(held), 'Bill', []).Line;
const ids = (own: object[], held: object[]) => updated(own, held).map(({ Id }) => Id);

describe('lines of an update', () => {
  it('are those for the same thing, wherever they stand', () => {
    const pine = goods('3', 100);
    const oak = goods('4', 100);
    expect(ids([oak, pine], [pine, oak])).toEqual(['2', '1']);
    expect(ids([oak, pine], [pine])).toEqual([undefined, '1']);
    expect(ids([cost(5, 'Power')], [pine])).toEqual([undefined]);
  });

  it('of one account are told apart by what they say and by their amount', () => {
    const held = [cost(10, 'Power'), cost(20, 'Water'), cost(30, 'Gas')];
    expect(ids([cost(30, 'Gas'), cost(10, 'Power'), cost(20, 'Water')], held)).toEqual([
      '3',
      '1',
      '2',
    ]);
    expect(ids([cost(21, 'Water'), cost(10, 'Electricity')], held)).toEqual(['2', '1']);
    expect(ids([cost(1, 'Phone'), cost(2, 'Post')], held)).toEqual(['1', '2']);
    expect(ids([cost(10, 'Power'), cost(10, 'Power')], held)).toEqual(['1', '2']);
  });

  it('stay with the customer they are passed on to, and no other does', () => {
    const of = (customer: string, BillableStatus = 'NotBillable') => ({
      CustomerRef: { value: customer },
      BillableStatus,
    });
    const held = [cost(10, 'Power', of('70')), cost(10, 'Power', of('71', 'Billable'))];
    const lines = updated([cost(10, 'Power', of('71')), cost(10, 'Power', of('70'))], held);
    expect(lines.map(({ Id, [ACCOUNT]: detail }) => [Id, detail?.BillableStatus])).toEqual([
      ['2', 'Billable'],
      ['1', 'NotBillable'],
    ]);
  });
});

describe('orders of an update', () => {
  const link = (TxnId: string, over: object = {}) => ({
    TxnId,
    TxnType: 'PurchaseOrder',
    ...over,
  });
  const tied = (TxnId: string, TxnLineId = '1') => ({ LinkedTxn: [link(TxnId, { TxnLineId })] });
  const held = stored([goods('3', 100, tied('140')), goods('4', 100, tied('141'))], {
    LinkedTxn: [link('140'), link('141')],
  });

  it('that it no longer names come off it, and those people tied stay with their line', () => {
    const own = form([goods('4', 100), goods('3', 100)]);
    expect(wholeUpdate(own, held, 'Bill', ['140'])).toMatchObject({
      LinkedTxn: [link('141')],
      Line: [{ Id: '2', ...tied('141') }, { Id: '1' }],
    });
    expect(wholeUpdate(own, held, 'Bill', ['140']).Line[1]).not.toHaveProperty('LinkedTxn');
    expect(wholeUpdate(own, held, 'Bill', ['140', '141'])).not.toHaveProperty('LinkedTxn');
  });

  it('that it names take the place of those it named before', () => {
    const own = form([goods('3', 100, tied('142', '7')), goods('4', 100)], {
      LinkedTxn: [link('142')],
    });
    expect(wholeUpdate(own, held, 'Bill', ['140', '142'])).toMatchObject({
      LinkedTxn: [link('142'), link('141')],
      Line: [tied('142', '7'), tied('141')],
    });
  });
});
