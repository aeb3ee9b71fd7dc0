import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import {
  type Connected,
  type Journey,
  pullChanges,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';
import { VERIFIER_TOKEN } from '../support/webhooks.js';

const settings: SettingsInput = { modules: ['invoice', 'payment', 'customer'], payments: true };

let journey: Journey;
let seller: SalesCompany;
let cashier: Connected;
let seen: { seller: ReturnType<typeof told>; cashier: ReturnType<typeof told> };
let number = 0;

beforeAll(async () => {
  journey = await startJourney({ environment: { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN } });
  seller = await salesCompany(journey, { settings });
  cashier = await journey.connect({ realmId: seller.realmId, settings });
  seen = { seller: told(journey, seller.id), cashier: told(journey, cashier.id) };
});
afterAll(() => journey?.close());

async function sentInvoice(): Promise<{ inv: string; recordId: string }> {
  number += 1;
  const inv = `INV-${number}`;
  await seller.invoice(inv);
  const { quickbooks } = await waitForStatus(journey, seller.id, 'invoice', inv, 'synced');
  return { inv, recordId: quickbooks?.id ?? '' };
}

async function received(recordId: string, amount: string): Promise<void> {
  await journey.client.state(cashier.id, 'payment', `PAY-${number}`, {
    date: '2026-11-21',
    customer: { name: 'Harbor Lane Dental' },
    amount: '100.00',
    applies: [{ invoice: { recordId }, amount }],
  });
  await waitForStatus(journey, cashier.id, 'payment', `PAY-${number}`, 'synced');
}

/** Waits for what the seller's app is told, and sees that the cashier's is told nothing. */
async function hears(event: string): Promise<void> {
  const all: string[] = [];
  await waitFor(
    async () => {
      all.push(...(await seen.seller()));
      return all.length > 0;
    },
    { what: `${event} to be told` },
  );
  expect(all).toEqual([event]);
  expect(await seen.cashier()).toEqual([]);
}

// Two accounts of one company: one sends invoices, the other records what came in for them.
it('a payment of one connection is told to the other whose invoice it pays', async () => {
  const { inv, recordId } = await sentInvoice();
  await pullChanges(journey, seller.id);
  await seen.seller();
  await received(recordId, '60.00');
  await pullChanges(journey, seller.id);
  await hears(`payment.recorded invoice ${inv}`);
  const answer = await journey.client.document(seller.id, 'invoice', inv);
  expect(answer).toMatchObject({ paid: { amount: '60.00' }, quickbooks: { balance: '40.00' } });
  await pullChanges(journey, seller.id);
  expect(await seen.seller()).toEqual([]);
});

it('and so are its changes and its end, where only webhooks tell of them', async () => {
  journey.simulator.control.webhooks.subscribe({
    clientId: 'test-client',
    url: `${journey.webUrl}/webhooks/intuit`,
    verifierToken: VERIFIER_TOKEN,
    delayMs: 0,
  });
  const { inv, recordId } = await sentInvoice();
  await received(recordId, '60.00');
  await hears(`payment.recorded invoice ${inv}`);
  await received(recordId, '70.00');
  await hears(`payment.recorded invoice ${inv}`);
  await journey.client.withdraw(cashier.id, 'payment', `PAY-${number}`, 'delete');
  await waitForStatus(journey, cashier.id, 'payment', `PAY-${number}`, 'deleted');
  await hears(`payment.removed invoice ${inv}`);
  expect(await journey.client.document(seller.id, 'invoice', inv)).toMatchObject({
    paid: { amount: '0.00' },
  });
});
