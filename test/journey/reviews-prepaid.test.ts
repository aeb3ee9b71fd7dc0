import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { type Journey, pullChanges, runsEnded, startJourney } from '../support/journey.js';
import { anOldInvoice } from '../support/old-invoices.js';
import { quickBooksSide } from '../support/quickbooks-side.js';
import { told } from '../support/told.js';

const LINKED = (invoice: string): JsonObject => ({
  Line: [{ Amount: 80, LinkedTxn: [{ TxnId: invoice, TxnType: 'Invoice' }] }],
});

let journey: Journey;

beforeAll(async () => {
  journey = await startJourney();
});
afterAll(() => journey?.close());

/** A company with an open invoice and a payment that pays nothing yet, both from before the connect. */
async function prepaid(imports: boolean) {
  const { control } = journey.simulator;
  const { realmId } = control.createCompany({ seed: 'new' });
  control.load(realmId, {
    Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
    Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
    Invoice: [anOldInvoice('901')],
  });
  control.setClock({ now: new Date(Date.now() - 3_600_000).toISOString() });
  const object = { CustomerRef: { value: '7' }, TotalAmt: 80, TxnDate: '2026-11-01' };
  const payment = control.act(realmId, { do: 'create', entity: 'Payment', object }).object;
  control.setClock({ now: new Date().toISOString() });
  const settings: SettingsInput = {
    payments: true,
    reviewRequest: true,
    imports: { contacts: false, invoices: imports },
  };
  const at = await journey.connect({ realmId, settings });
  await runsEnded(journey, at.id);
  await pullChanges(journey, at.id);
  const events = told(journey, at.id);
  await events();
  const quickbooks = quickBooksSide(journey, at);
  return {
    apply: () => quickbooks.edit('Payment', String(payment?.['Id']), LINKED('901')),
    balance: () => quickbooks.one('Invoice', '901')['Balance'],
    async reviews() {
      await pullChanges(journey, at.id);
      return (await events()).filter((event) => event.startsWith('review'));
    },
  };
}

it('C23 a payment from before connecting that pays an imported invoice afterwards asks for a review', async () => {
  const { apply, balance, reviews } = await prepaid(true);
  expect(await reviews()).toEqual([]);
  apply();
  expect(balance()).toBe(0);
  expect(await reviews()).toEqual(['review_request.due customer 7']);
  expect(await reviews()).toEqual([]);
});

it('C23 one of which nobody knows that it was open then may be history, and asks for none', async () => {
  const { apply, balance, reviews } = await prepaid(false);
  apply();
  expect(balance()).toBe(0);
  expect(await reviews()).toEqual([]);
});
