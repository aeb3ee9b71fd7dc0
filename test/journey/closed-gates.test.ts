import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { type Account, account } from '../product/profile.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { rawApi } from '../support/raw-api.js';
import { waitFor } from '../support/wait-for.js';

const LISTS = {
  Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
  Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
};
const CREATES: SettingsInput = { lock: 'trial', customer: { missing: 'create', update: true } };
const FRESH = 'Fresh Fields';

// What is made for a document goes with the document: not before its connection may send, and not
// after that was stopped.
describe('a gate that closes while something is on its way', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const company = () =>
    account(journey, { profile: 'auto-invoices', lists: LISTS, settings: CREATES });
  const trial = (id: string, attributes: Record<string, string>) =>
    rawApi(journey, 'PATCH', `/v1/connections/${id}`, { body: { attributes } });
  const invoiceFor = (number: string, customer: { name: string; phone?: string }) =>
    anInvoice({ number, customer });
  /** QuickBooks asks for a pause when a customer is written; locked before that is over. */
  async function lockedMeanwhile(
    at: Account,
    number: string,
    customer: Parameters<typeof invoiceFor>[1],
  ) {
    journey.simulator.control.addFault({
      do: 'throttle',
      match: { realm: at.realmId, method: 'POST', entity: 'Customer' },
    });
    await at.state('invoice', number, invoiceFor(number, customer));
    await waitFor(() => at.quickbooks.calls().includes('POST customer'), {
      what: 'QuickBooks to ask for a pause',
    });
    await trial(at.id, { trial: 'true' });
  }
  const nameWaits = (id: string) =>
    waitFor(
      async () => {
        const { sql } = journey.house.ledger;
        const [row] = await sql<{ reason: string }[]>`
          select reason from documents
          where connection_id = ${id} and dependency_key is not null order by id desc limit 1`;
        return row?.reason === 'locked';
      },
      { what: 'the name to wait for access' },
    );

  it('keeps back a customer that is made for a document, until it opens', async () => {
    const at = await company();
    await lockedMeanwhile(at, 'G-1', { name: FRESH });
    await nameWaits(at.id);
    expect(at.quickbooks.where('Customer', 'DisplayName', FRESH)).toEqual([]);
    await trial(at.id, {});
    await at.settled('invoice', 'G-1');
    expect(at.quickbooks.commits()).toEqual(['create Customer', 'create Invoice']);
  });

  it('keeps back what a document says of a customer', async () => {
    const at = await company();
    await lockedMeanwhile(at, 'G-2', { name: 'Harbor Lane Dental', phone: '555-0100' });
    await nameWaits(at.id);
    expect(at.quickbooks.commits()).toEqual([]);
    await trial(at.id, {});
    await at.settled('invoice', 'G-2');
    expect(at.quickbooks.commits()).toEqual(['update Customer', 'create Invoice']);
  });

  it('lets a customer through that a neighbour needs, whoever asked first', async () => {
    const at = await company();
    const neighbour = await journey.connect({
      profile: 'auto-invoices',
      realmId: at.realmId,
      settings: CREATES,
    });
    await lockedMeanwhile(at, 'G-3', { name: FRESH });
    await nameWaits(at.id);
    await journey.client.state(neighbour.id, 'invoice', 'G-4', invoiceFor('G-4', { name: FRESH }));
    await waitForStatus(journey, neighbour.id, 'invoice', 'G-4', 'synced');
    expect(at.quickbooks.commits()).toEqual(['create Customer', 'create Invoice']);
    // The customer lets it go as well, and it meets its own gate meanwhile.
    const held = await waitFor(
      async () => {
        const answer = await journey.client.document(at.id, 'invoice', 'G-3');
        return answer.reason === 'locked' ? answer : undefined;
      },
      { what: 'the first invoice to wait for access' },
    );
    expect(held).toMatchObject({ status: 'waiting', label: 'Paused' });
    await trial(at.id, {});
    await at.settled('invoice', 'G-3');
    expect(at.quickbooks.where('Customer', 'DisplayName', FRESH)).toHaveLength(1);
  });

  it('lets a customer through that an urgent document needs while all others are held', async () => {
    const { client } = journey;
    const at = await company();
    await client.hold(at.id, { to: new Date(Date.now() + 86_400_000).toISOString() });
    await at.state('invoice', 'G-5', invoiceFor('G-5', { name: FRESH }));
    await at.settled('invoice', 'G-5', 'waiting');
    await client.override(at.id, 'invoice', 'G-5', 'hold');
    await at.settled('invoice', 'G-5');
    expect(at.quickbooks.commits()).toEqual(['create Customer', 'create Invoice']);
  });
});
