import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { type Journey, pullChanges, startJourney } from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';
import { VERIFIER_TOKEN } from '../support/webhooks.js';
import { LISTS, PRODUCT, sent } from './crm.js';
import { type Account, account } from './profile.js';

// What a CRM hears of its QuickBooks company while Intuit tells of every change.
describe('news of a company for a CRM', () => {
  let journey: Journey;
  let crm: Account;
  let events: ReturnType<typeof told>;

  const connected = (settings: SettingsInput) =>
    account(journey, { profile: 'crm', lists: LISTS, settings });
  beforeAll(async () => {
    journey = await startJourney({ environment: { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN } });
    journey.simulator.control.webhooks.subscribe({
      clientId: 'test-client',
      url: `${journey.webUrl}/webhooks/intuit`,
      verifierToken: VERIFIER_TOKEN,
      delayMs: 0,
    });
    crm = await connected({ imports: { contacts: true }, payments: true, reviewRequest: true });
    events = told(journey, crm.id);
    // The contacts of before are no news later.
    await pullChanges(journey, crm.id);
  });
  afterAll(() => journey?.close());
  beforeEach(async () => {
    await quiet();
    await events();
  });

  /** Intuit has told everything, and all of it was read. */
  async function quiet(): Promise<void> {
    await journey.simulator.control.webhooks.idle();
    await waitFor(
      async () => {
        const left = await journey.house.ledger.sql`
          select 1 from inbound_webhooks where state = 'waiting'
          union all select 1 from runs where ended_at is null`;
        return left.count === 0;
      },
      { what: 'what Intuit told to be read' },
    );
  }
  const heard = async () => {
    await quiet();
    return events();
  };
  const pay = (at: Account, invoice: string, amount?: number) =>
    journey.simulator.control.act(at.realmId, {
      do: 'pay',
      invoice,
      ...(amount === undefined ? {} : { amount }),
    });
  const invoiceByHand = (at: Account, customer: string) =>
    at.quickbooks.add('Invoice', {
      CustomerRef: { value: customer },
      Line: [
        {
          Amount: 80,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: PRODUCT.Id } },
        },
      ],
    });

  it('C22 a new contact comes by itself as soon as Intuit tells of it, and a later change of it', async () => {
    const id = crm.quickbooks.add('Customer', { DisplayName: 'Lee Park' });
    expect(await heard()).toEqual([`contact.imported customer ${id}`]);
    crm.quickbooks.edit('Customer', id, { PrimaryEmailAddr: { Address: 'lee@example.com' } });
    expect(await heard()).toEqual([`contact.updated customer ${id}`]);
    expect((await journey.client.records(crm.id, 'customer', { q: 'lee park' })).records).toEqual([
      expect.objectContaining({ recordId: id, email: 'lee@example.com' }),
    ]);
    // Read once more it is no news.
    await pullChanges(journey, crm.id);
    expect(await heard()).toEqual([]);
  });

  it('C23 a review is asked for with the first invoice of a contact that is paid in full, once in its life', async () => {
    const lines = [aLine({ name: PRODUCT.Name })];
    const { synced } = await sent(crm, 'R-1', { lines });
    await quiet();
    await events();
    const invoice = synced.quickbooks?.id ?? '';
    pay(crm, invoice, 40);
    expect(await heard()).toEqual(['payment.recorded invoice R-1']);
    const { object } = pay(crm, invoice);
    expect((await heard()).sort()).toEqual([
      'payment.recorded invoice R-1',
      'review_request.due customer 7',
    ]);

    // Neither the same invoice, paid again, nor another one asks a second time.
    journey.simulator.control.act(crm.realmId, {
      do: 'delete',
      entity: 'Payment',
      id: String(object?.['Id']),
    });
    pay(crm, invoice);
    pay(crm, invoiceByHand(crm, '7'));
    expect((await heard()).filter((event) => event.startsWith('review'))).toEqual([]);
  });

  it('C23 an invoice that somebody made in QuickBooks by hand counts as well', async () => {
    const customer = crm.quickbooks.add('Customer', { DisplayName: 'Kim Reyes' });
    const invoice = invoiceByHand(crm, customer);
    expect(await heard()).toEqual([`contact.imported customer ${customer}`]);
    pay(crm, invoice);
    expect(await heard()).toEqual([`review_request.due customer ${customer}`]);
  });

  it('C23 so does one that is paid in the CRM, as soon as that money is in QuickBooks', async () => {
    const customer = crm.quickbooks.add('Customer', { DisplayName: 'Ola Brandt' });
    const paid = {
      customer: { recordId: customer },
      status: 'paid' as const,
      payments: [{ externalId: 'P-R-2', date: '2026-11-22', amount: '100.00' }],
    };
    await quiet();
    await sent(crm, 'R-2', paid);
    await crm.settled('payment', 'P-R-2');
    expect((await heard()).filter((event) => event.startsWith('review'))).toEqual([
      `review_request.due customer ${customer}`,
    ]);
  });

  it('C24 it is off until it is turned on, and asks for nothing while it is off', async () => {
    const quietOne = await connected({ payments: true });
    const itsEvents = told(journey, quietOne.id);
    const reviews = async () => {
      await quiet();
      return (await itsEvents()).filter((event) => event.startsWith('review'));
    };
    expect((await journey.client.settings(quietOne.id)).reviewRequest).toBe(false);
    pay(quietOne, invoiceByHand(quietOne, '7'));
    expect(await reviews()).toEqual([]);

    await journey.client.changeSettings(quietOne.id, { reviewRequest: true });
    // QuickBooks' times are of whole seconds.
    journey.simulator.control.setClock({ advanceMs: 5_000 });
    const other = quietOne.quickbooks.add('Customer', { DisplayName: 'Kim Reyes' });
    pay(quietOne, invoiceByHand(quietOne, other));
    expect(await reviews()).toEqual([`review_request.due customer ${other}`]);

    await journey.client.changeSettings(quietOne.id, { reviewRequest: false });
    const third = quietOne.quickbooks.add('Customer', { DisplayName: 'Ines Vogt' });
    pay(quietOne, invoiceByHand(quietOne, third));
    expect(await reviews()).toEqual([]);
  });
});
