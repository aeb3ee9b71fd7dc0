import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { playAtOnce } from '../support/at-once.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

/** QuickBooks takes a number twice there: nothing but us prevents a second invoice. */
const NUMBERED_THERE = { preferences: { SalesFormsPrefs: { CustomTxnNumbers: false } } };

// Somebody in QuickBooks is quicker than our look at what became of a lost answer.
describe('a document in doubt that a person touched meanwhile', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const allEnded = playAtOnce([
    ['is known by its mark where it was voided, and not made again', voidedWithMark],
    ['is left to a person where it was voided and bears no mark', voidedUnmarked],
    ['is left to a person where its amount was changed and it bears no mark', changedUnmarked],
  ]);

  it('is never ended by a crash of ours', async () => {
    await allEnded();
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });

  /**
   * QuickBooks took an invoice and the answer was lost; somebody touches it there, and a look comes
   * before anything is sent.
   */
  async function inDoubt(
    settings: SettingsInput,
    touch: (at: SalesCompany, id: string) => unknown,
  ): Promise<{ at: SalesCompany; id: string }> {
    const at = await salesCompany(journey, {
      company: NUMBERED_THERE,
      settings: { unknownOutcome: { first: 'look_up' }, ...settings },
    });
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'create' } });
    const idOf = () => String(at.invoices('D-1')[0]?.['Id']);
    const touched = at.afterCommit('create Invoice', () => touch(at, idOf()));
    await at.invoice('D-1');
    await touched;
    return { at, id: idOf() };
  }

  const settled = (at: SalesCompany, status: string) =>
    waitForStatus(journey, at.id, 'invoice', 'D-1', status);
  const voidInvoice = ({ realmId }: SalesCompany, id: string) =>
    journey.simulator.control.act(realmId, { do: 'void', entity: 'Invoice', id });

  function changeAmount(at: SalesCompany, id: string): void {
    const [invoice] = at.invoices('D-1');
    const [line] = (invoice?.['Line'] ?? []) as { SalesItemLineDetail: object }[];
    const detail = { ...line?.SalesItemLineDetail, Qty: 1, UnitPrice: 7 };
    at.quickbooks.edit('Invoice', id, {
      Line: [{ ...line, Amount: 7, SalesItemLineDetail: detail }],
    });
  }

  async function voidedWithMark(): Promise<void> {
    const { at, id } = await inDoubt({ provenanceMark: true }, voidInvoice);
    expect(at.invoices('D-1')[0]?.['PrivateNote']).toMatch(/^Voided - \[qbo-sync /);

    const failed = await settled(at, 'failed');

    expect(failed).toMatchObject({ reason: 'voided_in_quickbooks', quickbooks: { id } });
    expect(at.invoices('D-1')).toHaveLength(1);
  }

  async function voidedUnmarked(): Promise<void> {
    const { at } = await inDoubt({ provenanceMark: false }, voidInvoice);
    await leftToAPerson(at);
  }

  async function changedUnmarked(): Promise<void> {
    const { at } = await inDoubt({ provenanceMark: false }, changeAmount);
    await leftToAPerson(at);
  }

  async function leftToAPerson(at: SalesCompany): Promise<void> {
    const failed = await settled(at, 'failed');
    expect(failed).toMatchObject({ reason: 'outcome_unknown', quickbooks: null });
    expect(at.invoices('D-1')).toHaveLength(1);
  }
});
