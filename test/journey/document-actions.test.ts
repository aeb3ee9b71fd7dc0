import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QboSyncError } from '../../src/client/index.js';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { nothingIsLeft } from '../support/checker.js';
import { type Journey, refresh, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

// What a person does about documents that did not go by themselves, over HTTP and as QuickBooks saw it.
describe('a document that did not go by itself', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey);
    company.quickbooks.add('Customer', { DisplayName: 'Somebody Else' });
    await refresh(journey, company.id);
  });
  afterAll(() => journey?.close());

  const settled = (number: string, status: string) =>
    waitForStatus(journey, company.id, 'invoice', number, status);
  const refused = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: QboSyncError) => ({ status: error.status, detail: error.problem.detail }),
    );
  /** An invoice somebody wrote in QuickBooks, and the same number stated by the app. */
  async function aTakenNumber(number: string, whose: string, stated: Partial<InvoiceInput> = {}) {
    const customer = company.quickbooks.where('Customer', 'DisplayName', whose)[0]?.['Id'];
    const id = company.quickbooks.add('Invoice', {
      DocNumber: number,
      CustomerRef: { value: String(customer) },
      Line: [
        {
          Amount: 80,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '3' } },
        },
      ],
    });
    await company.invoice(number, stated);
    return { id, failed: await settled(number, 'failed') };
  }

  it('is linked to the one that has its number, which then says what the app says', async () => {
    const { id, failed } = await aTakenNumber('D-1', 'Harbor Lane Dental');
    expect(failed).toMatchObject({ reason: 'duplicate_number', params: { id } });
    expect(failed.actions).toContain('link');

    await journey.client.link(company.id, 'invoice', 'D-1', id);
    const linked = await settled('D-1', 'synced');
    expect(linked).toMatchObject({ quickbooks: { id, total: '100.00' } });
    expect(linked.history.map(({ what }) => what)).toContain('linked');
    expect(company.invoices('D-1')).toMatchObject([{ Id: id, TotalAmt: 100 }]);
    expect(await refused(journey.client.link(company.id, 'invoice', 'D-1', '1'))).toMatchObject({
      status: 409,
      detail: `It is in QuickBooks already (Id ${id}).`,
    });
  });

  it('is not written over the form of another customer, nor linked to what is taken', async () => {
    const { id, failed } = await aTakenNumber('D-2', 'Somebody Else', { number: 'D-2' });
    expect(failed).toMatchObject({
      reason: 'duplicate_number',
      details: `Number D-2 is already used in QuickBooks (Id ${id}), by one of "Somebody Else". Change one of the two numbers, in the app or in QuickBooks, then retry.`,
    });
    expect(failed.actions).toEqual(['retry', 'skip', 'look_again', 'mark_handled']);
    expect(await refused(journey.client.link(company.id, 'invoice', 'D-2', id))).toMatchObject({
      detail:
        'What has its number in QuickBooks is another one. Change one of the two numbers, then retry.',
    });

    await journey.client.skip(company.id, 'invoice', 'D-2');
    await journey.client.link(company.id, 'invoice', 'D-2', id);
    const differing = await settled('D-2', 'failed');
    expect(differing).toMatchObject({
      reason: 'link_differs',
      details: `Id ${id} is of "Somebody Else" in QuickBooks, not of "Harbor Lane Dental": it was not linked, and nothing was changed there. Link another one, or retry to have a new one made.`,
      quickbooks: null,
    });
    expect(differing.actions).toEqual(['retry', 'skip', 'link', 'look_again', 'mark_handled']);
    expect(company.invoices('D-2')).toMatchObject([{ Id: id, TotalAmt: 80 }]);

    const taken = company.invoices('D-1')[0]?.['Id'];
    expect(
      await refused(journey.client.link(company.id, 'invoice', 'D-2', String(taken))),
    ).toMatchObject({
      status: 409,
      detail: `It belongs to invoice D-1 already (Id ${taken}).`,
    });

    journey.simulator.control.act(company.realmId, {
      do: 'edit',
      entity: 'Invoice',
      id,
      changes: { DocNumber: 'D-2-theirs' },
    });
    await journey.client.retry(company.id, 'invoice', 'D-2');
    await settled('D-2', 'synced');
    expect(company.invoices('D-2')).toMatchObject([{ TotalAmt: 100 }]);
  });

  it('stays skipped also when it changes, and goes when somebody retries it', async () => {
    const customer = { name: 'Late Comer' };
    await company.invoice('D-3', { customer });
    await settled('D-3', 'failed');
    const skipped = await journey.client.skip(company.id, 'invoice', 'D-3');
    expect(skipped).toMatchObject({
      status: 'skipped',
      reason: 'skipped_by',
      details:
        'Skipped by the app. It is not sent, also when it changes, until somebody retries it.',
      actions: ['retry', 'link'],
    });
    company.quickbooks.add('Customer', { DisplayName: 'Late Comer' });
    await refresh(journey, company.id);
    await company.invoice('D-3', { customer, dueDate: '2027-01-31' });
    expect(await settled('D-3', 'skipped')).toMatchObject({ revision: 2 });

    await journey.client.retry(company.id, 'invoice', 'D-3');
    expect(await settled('D-3', 'synced')).toMatchObject({ revision: 2, syncedRevision: 2 });
    expect(company.invoices('D-3')).toMatchObject([{ DueDate: '2027-01-31' }]);
  });

  it('is handled by hand, and then nobody makes a second one', async () => {
    await company.invoice('D-4', { customer: { name: 'Nobody' } });
    await settled('D-4', 'failed');
    await journey.client.markHandled(company.id, 'invoice', 'D-4');
    expect(await settled('D-4', 'skipped')).toMatchObject({ reason: 'marked_handled' });
    await company.invoice('D-4', { dueDate: '2027-02-28' });
    await nothingIsLeft(journey);
    expect(await settled('D-4', 'skipped')).toMatchObject({ reason: 'marked_handled' });
    expect(company.invoices('D-4')).toEqual([]);
    const { causes } = await journey.client.causes();
    expect(causes.filter(({ params }) => params['name'] === 'Nobody')).toEqual([]);
  });

  it('is looked for before it is sent, and what may be it is left to a person', async () => {
    await company.invoice('D-5', { customer: { name: 'By Hand' } });
    await settled('D-5', 'failed');
    const customer = company.quickbooks.add('Customer', { DisplayName: 'By Hand' });
    const id = company.quickbooks.add('Invoice', {
      DocNumber: 'D-5',
      TxnDate: '2026-11-20',
      CustomerRef: { value: customer },
      Line: [
        {
          Amount: 100,
          Description: 'Consulting',
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '3' }, Qty: 1, UnitPrice: 100 },
        },
      ],
    });
    await refresh(journey, company.id);
    await journey.client.lookAgain(company.id, 'invoice', 'D-5');
    // It bears no mark of ours: somebody else may have meant something else by it.
    const found = await waitFor(
      async () => {
        const answer = await journey.client.document(company.id, 'invoice', 'D-5');
        return answer.reason === 'outcome_unknown' ? answer : undefined;
      },
      { what: 'D-5 to be found' },
    );
    expect(found).toMatchObject({ status: 'failed' });
    await journey.client.link(company.id, 'invoice', 'D-5', id);
    expect(await settled('D-5', 'synced')).toMatchObject({ quickbooks: { id } });
    expect(company.invoices('D-5')).toHaveLength(1);
  });

  it('is made anew only when somebody says so, after it was deleted in QuickBooks', async () => {
    await company.invoice('D-6');
    const { quickbooks } = await settled('D-6', 'synced');
    const { control } = journey.simulator;
    control.act(company.realmId, { do: 'delete', entity: 'Invoice', id: quickbooks?.id ?? '' });
    expect(await refused(journey.client.recreate(company.id, 'invoice', 'D-6'))).toMatchObject({
      status: 409,
      detail: 'This cannot be done while it is synced.',
    });
    await company.invoice('D-6', { dueDate: '2027-03-31' });
    expect(await settled('D-6', 'deleted_in_quickbooks')).toMatchObject({ actions: ['recreate'] });

    await journey.client.recreate(company.id, 'invoice', 'D-6');
    const anew = await settled('D-6', 'synced');
    expect(anew.quickbooks?.id).not.toBe(quickbooks?.id);
    expect(company.invoices('D-6')).toMatchObject([{ DueDate: '2027-03-31' }]);
  });

  it('has an audit row of who did it', async () => {
    const rows = await journey.house.ledger.sql<{ action: string; actor: string }[]>`
      select action, actor from audit_log where action like 'document.%' order by id`;
    expect(rows.map(({ action }) => action)).toEqual([
      'document.linked',
      'document.skipped',
      'document.linked',
      'document.skipped',
      'document.marked_handled',
      'document.looked_again',
      'document.linked',
      'document.recreated',
    ]);
    expect(rows.every(({ actor }) => actor.startsWith('key:'))).toBe(true);
  });
});
