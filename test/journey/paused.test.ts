import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Account, account } from '../product/profile.js';
import { type Journey, refresh, startJourney } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { refusalOf } from '../support/raw-api.js';
import { waitFor } from '../support/wait-for.js';

const LISTS = {
  Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
  Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
};
const PAUSED = {
  status: 'waiting',
  label: 'Paused',
  reason: 'paused',
  details: 'Sending to QuickBooks is paused for this account. It goes on once it is resumed.',
};

// An app may stop sending for one of its accounts and go on later: nothing is lost, and nothing that
// QuickBooks may have already is left unknown.
describe('a paused connection', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const company = (settings = {}) =>
    account(journey, { profile: 'auto-invoices', lists: LISTS, settings });
  const state = (at: Account, number: string) => at.state('invoice', number, anInvoice({ number }));
  const told = async (id: string) => {
    const { sql } = journey.house.ledger;
    const rows = await sql<{ status: string }[]>`
      select status from events where connection_id = ${id} and type = 'connection.changed'
      order by number desc limit 2`;
    return rows.map(({ status }) => status).reverse();
  };

  it('sends nothing and says so, still reads when asked, and goes on once it is resumed', async () => {
    const { client } = journey;
    const at = await company();
    expect(at.connection.actions).toEqual(['force_sync', 'pause', 'disconnect']);

    const paused = await client.pause(at.id);
    expect(paused).toMatchObject({
      status: 'paused',
      actions: ['resume', 'force_sync', 'disconnect'],
      pausedAt: expect.any(String),
    });
    expect(await client.pause(at.id)).toMatchObject({ pausedAt: paused.pausedAt });
    expect(await state(at, 'P-1')).toMatchObject({ ...PAUSED, actions: ['skip'], place: null });
    expect(await refusalOf(client.retry(at.id, 'invoice', 'P-1'))).toMatchObject({ status: 409 });
    await client.withdraw(at.id, 'invoice', 'P-1');
    expect(await state(at, 'P-2')).toMatchObject(PAUSED);
    await refresh(journey, at.id);
    expect(at.quickbooks.writes()).toBe(0);

    expect(await client.resume(at.id)).toMatchObject({ status: 'connected', pausedAt: null });
    const { history } = await at.settled('invoice', 'P-2');
    expect(history.map(({ what }) => what)).toContain('resumed');
    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(await told(at.id)).toEqual(['paused', 'connected']);
  });

  it('takes a click, and sends what was clicked once it is resumed', async () => {
    const { client } = journey;
    const at = await company({ start: 'click' });
    await client.pause(at.id);
    expect(await state(at, 'P-3')).toMatchObject({
      status: 'not_ready',
      reason: 'waits_for_click',
    });
    await at.click('P-3');
    expect(await client.document(at.id, 'invoice', 'P-3')).toMatchObject(PAUSED);
    await client.resume(at.id);
    await at.settled('invoice', 'P-3');
  });

  it('finds out what became of a sending whose answer was lost, and sends nothing new', async () => {
    const { client, simulator } = journey;
    const at = await company();
    simulator.control.addFault({
      do: 'drop',
      at: 'after_commit',
      match: { realm: at.realmId, method: 'POST', entity: 'Invoice' },
    });
    await state(at, 'P-4');
    await waitFor(() => at.quickbooks.commits().length > 0, { what: 'QuickBooks to commit' });
    await client.pause(at.id);
    await state(at, 'P-5');
    await at.settled('invoice', 'P-4');
    expect(await client.document(at.id, 'invoice', 'P-5')).toMatchObject(PAUSED);
    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    await client.resume(at.id);
    await at.settled('invoice', 'P-5');
  });

  it('keeps back what QuickBooks put off, and stays paused over a disconnect', async () => {
    const { client, simulator } = journey;
    const at = await company();
    simulator.control.addFault({
      do: 'throttle',
      count: 1_000,
      match: { realm: at.realmId, method: 'POST', entity: 'Invoice' },
    });
    await state(at, 'P-6');
    await waitFor(() => at.quickbooks.calls().includes('POST invoice'), {
      what: 'QuickBooks to ask for a pause',
    });
    await client.pause(at.id);
    await waitFor(
      async () => (await client.document(at.id, 'invoice', 'P-6')).reason === 'paused',
      { what: 'the invoice to be paused' },
    );
    expect(at.quickbooks.commits()).toEqual([]);
    expect(await client.disconnect(at.id)).toMatchObject({ status: 'disconnected' });
    expect((await client.connection(at.id)).pausedAt).not.toBeNull();
  });
});
