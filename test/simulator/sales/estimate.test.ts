import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { answered, codes, list, member, saleLine } from '../support/company.js';
import { type Bench, smallest, startBench } from './forms.js';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.company.close());

const linkTo = ({ Id }: JsonObject) => [{ TxnId: Id, TxnType: 'Estimate' }];

/** An invoice that says it bills the estimate, in its header and on its line. */
const invoiceOf = (estimate: JsonObject) => ({
  ...smallest('Invoice'),
  LinkedTxn: linkTo(estimate),
  Line: [{ ...saleLine('3', 120), LinkedTxn: linkTo(estimate) }],
});

const billed = async (estimate: JsonObject) =>
  answered(await bench.post('Invoice', invoiceOf(estimate)), 'Invoice');

describe('an estimate', () => {
  it('is pending, has nothing open and posts nothing', async () => {
    const created = await bench.make('Estimate', { ExpirationDate: '2026-06-01' });
    expect(created).toMatchObject({
      TxnStatus: 'Pending',
      TotalAmt: 120,
      ExpirationDate: '2026-06-01',
    });
    for (const absent of ['Balance', 'LinkedTxn', 'DueDate']) {
      expect(created).not.toHaveProperty(absent);
    }
    expect(await bench.balanceOf('Customer', '1')).toBe(0);
    expect(await bench.balanceOf('Account', '84')).toBe(0);
  });

  it('says who accepted it and when', async () => {
    const accepted = { TxnStatus: 'Accepted', AcceptedBy: 'Ana Vidal', AcceptedDate: '2026-05-04' };
    const created = await bench.make('Estimate');
    const changed = answered(await bench.change('Estimate', created, accepted), 'Estimate');
    expect(changed).toMatchObject({ ...accepted, SyncToken: '1' });
  });

  it.each(['Accepted', 'Closed', 'Rejected', 'Pending'])('may be %s', async (TxnStatus) => {
    expect(await bench.make('Estimate', { TxnStatus })).toMatchObject({ TxnStatus });
  });

  it('may not be anything else', async () => {
    const body = { ...smallest('Estimate'), TxnStatus: 'Lost' };
    expect(codes(await bench.post('Estimate', body))).toEqual(['2170']);
  });

  it('cannot be voided', async () => {
    const { Id, SyncToken } = await bench.make('Estimate');
    const reply = await bench.post('Estimate', { Id, SyncToken }, '?operation=void');
    expect(codes(reply)).toEqual(['500']);
  });
});

describe('an estimate that is invoiced', () => {
  it('is closed and lists the invoice; its time moves, its token does not', async () => {
    const estimate = await bench.make('Estimate');
    bench.company.simulator.control.setClock({ advanceMs: 60_000 });
    const invoice = await billed(estimate);
    expect(invoice['LinkedTxn']).toEqual(linkTo(estimate));
    expect(list(invoice, 'Line')[0]).toMatchObject({ LinkedTxn: linkTo(estimate) });
    expect(await bench.read('Estimate', estimate['Id'])).toMatchObject({
      TxnStatus: 'Closed',
      SyncToken: '0',
      LinkedTxn: [{ TxnId: invoice['Id'], TxnType: 'Invoice' }],
      MetaData: { LastUpdatedTime: member(invoice, 'MetaData')['CreateTime'] },
    });
  });

  it('is known from the lines alone', async () => {
    const estimate = await bench.make('Estimate');
    const { LinkedTxn: _, ...linesOnly } = invoiceOf(estimate);
    const invoice = answered(await bench.post('Invoice', linesOnly), 'Invoice');
    expect(invoice['LinkedTxn']).toEqual(linkTo(estimate));
    expect((await bench.read('Estimate', estimate['Id']))['TxnStatus']).toBe('Closed');
  });

  it('stays closed when the invoice changes otherwise, and when it changes itself', async () => {
    const estimate = await bench.make('Estimate');
    const invoice = await billed(estimate);
    await bench.change('Invoice', invoice, { PrivateNote: 'x' });
    const closed = await bench.read('Estimate', estimate['Id']);
    expect(closed).toMatchObject({ TxnStatus: 'Closed', SyncToken: '0' });
    const { Id, SyncToken } = closed;
    expect(await bench.make('Estimate', { Id, SyncToken, TxnStatus: 'Pending' })).toMatchObject({
      TxnStatus: 'Closed',
      LinkedTxn: closed['LinkedTxn'],
    });
  });

  it.each<[string, JsonObject, string]>([
    ['unlinked', { LinkedTxn: [] }, ''],
    ['voided', {}, '?operation=void'],
  ])('opens again when the invoice is %s', async (_, members, how) => {
    const pending = await bench.make('Estimate');
    const accepted = await bench.make('Estimate', { AcceptedDate: '2026-05-04' });
    for (const [estimate, status] of [
      [pending, 'Pending'],
      [accepted, 'Accepted'],
    ] as const) {
      const { Id, SyncToken } = await billed(estimate);
      const body = { Id, SyncToken, sparse: true, ...members };
      const invoice = answered(await bench.post('Invoice', body, how), 'Invoice');
      expect(invoice['LinkedTxn']).toEqual([]);
      expect(list(invoice, 'Line')[0]).not.toHaveProperty('LinkedTxn');
      const open = await bench.read('Estimate', estimate['Id']);
      expect(open['TxnStatus']).toBe(status);
      expect(open).not.toHaveProperty('LinkedTxn');
    }
  });

  it('cannot be deleted, nor can the invoice, until they are unlinked', async () => {
    const estimate = await bench.make('Estimate');
    const { Id, SyncToken } = await billed(estimate);
    const remove = (entity: string, object: JsonObject) =>
      bench.post(entity, { Id: object['Id'], SyncToken: object['SyncToken'] }, '?operation=delete');
    expect(codes(await remove('Estimate', estimate))).toEqual(['800']);
    expect(codes(await remove('Invoice', { Id, SyncToken }))).toEqual(['800']);
    const unlinked = await bench.change('Invoice', { Id, SyncToken }, { LinkedTxn: [] });
    answered(await remove('Invoice', answered(unlinked, 'Invoice')), 'Invoice');
    answered(await remove('Estimate', estimate), 'Estimate');
  });

  it('is one, the customer’s own, and not invoiced already', async () => {
    const [first, second] = [await bench.make('Estimate'), await bench.make('Estimate')];
    const others = await bench.make('Estimate', { CustomerRef: { value: '2' } });
    const linked = async (...estimates: JsonObject[]) =>
      codes(
        await bench.post('Invoice', {
          ...smallest('Invoice'),
          LinkedTxn: estimates.flatMap(linkTo),
        }),
      );
    expect(await linked(first, second)).toEqual(['620']);
    expect(await linked(others)).toEqual(['620']);
    expect(await linked({ Id: '9999' })).toEqual(['620']);
    await billed(first);
    expect(await linked(first)).toEqual(['620']);
  });
});
