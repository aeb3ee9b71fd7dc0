import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { storeWebhooks } from '../../src/ledger/runs/inbound-webhooks.js';
import {
  type Journey,
  pullChanges,
  runsEnded,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';
import { aToldChange } from '../support/webhooks.js';

// What we wrote ourselves is no news, even where change data shows it before its answer has come.
describe('an echo of our own writes', () => {
  let journey: Journey;
  let company: SalesCompany;
  let events: ReturnType<typeof told>;
  let number = 0;
  let inv: string;

  const settings: SettingsInput = {
    modules: ['invoice', 'payment', 'customer'],
    customer: { missing: 'create' },
    imports: { contacts: true },
    payments: true,
    // Nothing but the answer tells whose a payment is.
    provenanceMark: false,
  };
  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, { settings });
    events = told(journey, company.id);
  });
  afterAll(() => journey?.close());
  beforeEach(async () => {
    number += 1;
    inv = `INV-${number}`;
    await pullChanges(journey, company.id);
    await events();
    company.quickbooks.forget();
  });

  const sent = async () => {
    await company.invoice(inv);
    await waitForStatus(journey, company.id, 'invoice', inv, 'synced');
  };
  const inQuickBooks = () => company.invoices(inv)[0] ?? {};
  const loseAnswers = (entity: string) =>
    company.fault({
      match: { entity, operation: 'create' },
      at: 'after_commit',
      do: 'drop',
      count: 2,
    });
  const receive = () =>
    journey.client.state(company.id, 'payment', `PAY-${inv}`, {
      date: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      amount: '40.00',
      reference: `check ${number}`,
      applies: [{ invoice: { externalId: inv }, amount: '40.00' }],
    });

  it('is none while the answer of a payment is lost, and none once it has come', async () => {
    await sent();
    await pullChanges(journey, company.id);
    await events();
    loseAnswers('Payment');
    await receive();
    await company.committed('create Payment');
    await pullChanges(journey, company.id);
    await waitForStatus(journey, company.id, 'payment', `PAY-${inv}`, 'synced');
    await pullChanges(journey, company.id);
    expect(await events()).toEqual([]);
    expect(await journey.client.document(company.id, 'invoice', inv)).toMatchObject({
      paid: { amount: '40.00' },
      quickbooks: { balance: '60.00' },
    });
    expect(company.quickbooks.where('Payment', 'TotalAmt', 40)).toHaveLength(1);
  });

  it('is none while the answer of a customer is lost, and none once it has come', async () => {
    loseAnswers('Customer');
    await company.invoice(inv, { customer: { name: `Lost ${number}` } });
    await company.committed('create Customer');
    await pullChanges(journey, company.id);
    await waitForStatus(journey, company.id, 'invoice', inv, 'synced');
    await pullChanges(journey, company.id);
    expect(await events()).toEqual([]);
    expect(company.quickbooks.where('Customer', 'DisplayName', `Lost ${number}`)).toHaveLength(1);
  });

  it('is known without a read: of what we wrote, and of what our payments moved', async () => {
    const { ledger } = journey.house;
    const stateOf = async () => {
      const [row] = await ledger.sql<{ state: string }[]>`select state from inbound_webhooks`;
      return row?.state === 'waiting' ? undefined : row?.state;
    };
    /** Whether Intuit's telling of the object, as it is now, is taken for an echo. */
    const isEcho = async (
      object: ReturnType<typeof inQuickBooks>,
      laterMs = 0,
      entity = 'invoice',
    ) => {
      const { LastUpdatedTime } = object['MetaData'] as { LastUpdatedTime: string };
      const at = new Date(new Date(LastUpdatedTime).getTime() + laterMs);
      const { realmId } = company;
      await ledger.sql`delete from inbound_webhooks`;
      const change = aToldChange({ realmId, entity, entityId: String(object['Id']), at });
      await storeWebhooks(ledger, journey.config.intuit.clientId, [change]);
      return (await waitFor(stateOf, { what: 'the webhook to be looked at' })) === 'echo';
    };
    await sent();
    expect(await isEcho(inQuickBooks())).toBe(true);
    expect(await isEcho(inQuickBooks(), 900)).toBe(true);
    expect(await isEcho(inQuickBooks(), 5_000)).toBe(false);
    expect(await isEcho({ ...inQuickBooks(), Id: '9999' })).toBe(false);
    expect(await isEcho(inQuickBooks(), 0, 'estimate')).toBe(false);
    // One that reads what follows would make it known.
    await runsEnded(journey, company.id);
    await receive();
    await waitForStatus(journey, company.id, 'payment', `PAY-${inv}`, 'synced');
    expect(await isEcho(inQuickBooks())).toBe(true);
    journey.simulator.control.setClock({ advanceMs: 60_000 });
    journey.simulator.control.act(company.realmId, {
      do: 'pay',
      invoice: String(inQuickBooks()['Id']),
      amount: 10,
    });
    expect(await isEcho(inQuickBooks())).toBe(false);
  });
});
