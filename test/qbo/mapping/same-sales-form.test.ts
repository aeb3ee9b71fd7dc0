import { describe, expect, it } from '@jest/globals';
import { salesFormHolds, sameSalesForm } from '../../../src/qbo/mapping/sales-form.js';
import { bodyOf, lineOf, storedInvoice, UK, withSubtotal } from './stated.js';

const memo = 'Deliver to the back door';

function sentAndStored(mark: string | null, over: object = {}) {
  const { body } = bodyOf({ memo }, { mark });
  const Line = withSubtotal(
    body.Line.map((line, index) => ({ Id: String(index + 1), LineNum: index + 1, ...line })),
    25,
  );
  return { sent: body, stored: storedInvoice(body, { Line, ...over }) };
}

describe('an invoice found after a lost answer', () => {
  it('with our mark is ours, whatever else was changed since', () => {
    const { sent, stored } = sentAndStored('tok1', {
      DocNumber: '77',
      TotalAmt: 1,
      PrivateNote: `Voided\n${memo}\n[qbo-sync tok1]\nchecked by Ann`,
    });
    expect(sameSalesForm(stored, sent, 'tok1')).toBe('same');
  });

  it('with another mark is another, even with equal content', () => {
    const { sent, stored } = sentAndStored('tok1');
    expect(sameSalesForm(stored, sent, 'tok2')).toBe('different');
    expect(sameSalesForm(stored, sent, null)).toBe('different');
  });

  it('without the mark we wrote is for a person to judge where the content agrees', () => {
    const { sent, stored } = sentAndStored('tok1', { PrivateNote: memo });
    expect(sameSalesForm(stored, sent, 'tok1')).toBe('maybe');
    expect(sameSalesForm({ ...stored, TotalAmt: 26 }, sent, 'tok1')).toBe('different');
  });

  it('where marks are off is ours by number, customer, day, lines and total', () => {
    const { sent, stored } = sentAndStored(null);
    expect(sameSalesForm(stored, sent, null)).toBe('same');
    for (const other of [
      { DocNumber: 'A-2' },
      { CustomerRef: { value: '59' } },
      { TxnDate: '2026-11-21' },
      { TotalAmt: 24.99 },
      { Line: [] },
    ]) {
      expect(sameSalesForm({ ...stored, ...other }, sent, null)).toBe('different');
    }
  });

  it('may be ours, changed or voided by a person, where it came since with its number', () => {
    const { sent, stored } = sentAndStored(null, {
      TotalAmt: 26,
      MetaData: { CreateTime: '2026-11-20T10:00:00-08:00' },
    });
    const at = (time: string) => new Date(`2026-11-20T${time}Z`);
    expect(sameSalesForm(stored, sent, null, at('17:59:00'))).toBe('maybe');
    expect(sameSalesForm(stored, sent, null, at('18:01:00'))).toBe('different');
    expect(sameSalesForm(stored, sent, null, null)).toBe('different');
    for (const other of [{ DocNumber: 'A-2' }, { CustomerRef: { value: '59' } }]) {
      const another = { ...stored, ...other };
      expect(sameSalesForm(another, sent, null, at('17:59:00'))).toBe('different');
    }
  });

  it('without a number may be ours only where it came since and is voided', () => {
    const { body: sent } = bodyOf({ number: 'N'.repeat(22) });
    const MetaData = { CreateTime: '2026-11-20T10:00:00-08:00' };
    const since = new Date('2026-11-20T17:59:00Z');
    const changed = storedInvoice(sent, { TotalAmt: 0, MetaData });
    expect(sameSalesForm(changed, sent, null, since)).toBe('different');
    const voided = { ...changed, PrivateNote: 'Voided' };
    expect(sameSalesForm(voided, sent, null, since)).toBe('maybe');
  });

  it('without a number of ours is only maybe ours', () => {
    const { body: sent } = bodyOf({ number: 'N'.repeat(22) });
    expect(sameSalesForm(storedInvoice(sent, { DocNumber: '1042' }), sent, null)).toBe('maybe');
  });

  it('differs by item, amount, quantity or text of one line', () => {
    const { sent, stored } = sentAndStored(null);
    const [line] = stored.Line;
    const changed = (over: object, detail: object = {}) => ({
      ...stored,
      Line: [
        { ...line, ...over, SalesItemLineDetail: { ...line?.SalesItemLineDetail, ...detail } },
      ],
    });
    expect(sameSalesForm(changed({}), sent, null)).toBe('same');
    expect(sameSalesForm(changed({ Amount: 24 }), sent, null)).toBe('different');
    expect(sameSalesForm(changed({ Description: 'Oak' }), sent, null)).toBe('different');
    expect(sameSalesForm(changed({}, { Qty: 3 }), sent, null)).toBe('different');
    expect(sameSalesForm(changed({}, { ItemRef: { value: '20' } }), sent, null)).toBe('different');
  });

  it('is compared without the tax QuickBooks computed', () => {
    const { body: sent } = bodyOf(
      { lines: [lineOf({ taxCode: { name: 'S' } })] },
      { company: UK, taxCodeIds: ['6'] },
    );
    const taxed = { TotalAmt: 30, TxnTaxDetail: { TotalTax: 5 } };
    expect(sameSalesForm(storedInvoice(sent, taxed), sent, null)).toBe('same');
  });
});

describe('an update whose answer was lost', () => {
  it('is in QuickBooks where everything it said is there', () => {
    const { body: sent } = bodyOf(
      { memo, dueDate: '2026-12-20', billingEmail: 'a@b.example' },
      { mark: 'tok1', current: { id: '145', syncToken: '2' } },
    );
    const stored = storedInvoice(sent, {
      SyncToken: '3',
      PrivateNote: sent.PrivateNote?.replaceAll('\n', '\r\n'),
    });
    expect(salesFormHolds(stored, sent)).toBe(true);
    expect(salesFormHolds({ ...stored, PrivateNote: '[qbo-sync tok1]' }, sent)).toBe(false);
    expect(salesFormHolds({ ...stored, DueDate: '2026-12-19' }, sent)).toBe(false);
    expect(salesFormHolds({ ...stored, BillEmail: { Address: 'b@b.example' } }, sent)).toBe(false);
    expect(salesFormHolds({ ...stored, TotalAmt: 24 }, sent)).toBe(false);
  });

  it('says nothing about members it did not state', () => {
    const { body: sent } = bodyOf({}, { current: { id: '145', syncToken: '2' } });
    const stored = storedInvoice(sent, { DueDate: '2026-12-19', PrivateNote: 'by hand' });
    expect(salesFormHolds(stored, sent)).toBe(true);
  });
});
