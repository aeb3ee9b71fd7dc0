import { afterEach, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { quickBooksSide } from '../support/quickbooks-side.js';
import { rawApi } from '../support/raw-api.js';
import { holdLocks, waitingForLocks } from '../support/row-lock.js';
import { waitFor } from '../support/wait-for.js';

const LISTS = {
  Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
  Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
};
const PAYABLE = { name: 'Accounts Payable (A/P)' };

// Whoever comes last opens the gate, also where two come at once and where the worker was stopped.
describe('gates and the worker', () => {
  let journey: Journey;
  afterEach(() => journey?.close());

  /** A connection with one invoice, its first download asked for and not begun. */
  async function waiting(settings: SettingsInput) {
    journey = await startJourney({ idle: true });
    const { realmId } = journey.simulator.control.createCompany({ country: 'US', seed: 'new' });
    journey.simulator.control.load(realmId, LISTS);
    const connected = await journey.connect({ profile: 'auto-invoices', settings, realmId });
    await journey.client.state(connected.id, 'invoice', 'R-1', anInvoice({ number: 'R-1' }));
    return { ...connected, quickbooks: quickBooksSide(journey, connected) };
  }

  const holdConnection = (id: string) =>
    holdLocks(
      journey.house.ledger,
      (tx) => tx`select 1 from connections where id = ${id} for no key update`,
    );
  const waitersOn = (count: number) =>
    waitFor(async () => (await waitingForLocks(journey.house.ledger, 'connections')) >= count, {
      what: `${count} to wait for the connection`,
    });
  const downloaded = (id: string) =>
    waitFor(
      async () => {
        const { sql } = journey.house.ledger;
        const [run] = await sql`select status from runs where connection_id = ${id}`;
        return run?.['status'] === 'succeeded';
      },
      { what: 'the download to end' },
    );
  const expectOpen = async (id: string) => {
    await waitForStatus(journey, id, 'invoice', 'R-1', 'synced');
    expect(await journey.client.connection(id)).toMatchObject({
      status: 'connected',
      setupMissing: [],
    });
  };

  it('T23 settings that are saved before the download ends leave the gate to it', async () => {
    const { id, connection } = await waiting({ setupRequires: ['accounts.payable', 'lists'] });
    expect(connection).toMatchObject({ status: 'setup_incomplete' });
    const letGo = await holdConnection(id);
    const saved = journey.client.changeSettings(id, { accounts: { payable: PAYABLE } });
    await waitersOn(1);
    journey.startWorker();
    await downloaded(id);
    await letGo();
    await saved;
    await expectOpen(id);
  });

  it('T23 settings that are saved after the download ended open the gate themselves', async () => {
    const { id } = await waiting({ setupRequires: ['accounts.payable', 'lists'] });
    const letGo = await holdConnection(id);
    journey.startWorker();
    await downloaded(id);
    await waitersOn(1);
    const saved = journey.client.changeSettings(id, { accounts: { payable: PAYABLE } });
    await waitersOn(2);
    await letGo();
    await saved;
    await expectOpen(id);
  });

  it('T23 a worker that was killed between the download and the gate leaves it to the next one', async () => {
    const { id, quickbooks } = await waiting({ setupRequires: ['lists'] });
    const { sql } = journey.house.ledger;
    // As the run leaves it: all lists are read, and nobody has looked at the connection since.
    await sql`
      update runs set status = 'succeeded', ended_at = now() where connection_id = ${id}`;
    await sql`update companies set lists_read_at = now()`;
    expect(await journey.client.document(id, 'invoice', 'R-1')).toMatchObject({
      reason: 'setup_incomplete',
      params: { missing: ['lists'] },
      details: 'The setup is not complete: the lists of QuickBooks, which were not read yet.',
    });
    expect(quickbooks.calls()).toEqual([]);
    journey.startWorker();
    await expectOpen(id);
  });

  it('T13 what was on its way when the lock came stays here, and goes on when it is opened', async () => {
    const { id, quickbooks } = await waiting({ lock: 'trial' });
    expect(await journey.client.document(id, 'invoice', 'R-1')).toMatchObject({ status: 'queued' });
    await rawApi(journey, 'PATCH', `/v1/connections/${id}`, {
      body: { attributes: { trial: 'true' } },
    });
    journey.startWorker();
    await waitFor(
      async () => (await journey.client.document(id, 'invoice', 'R-1')).reason === 'locked',
      { what: 'the invoice to wait for access' },
    );
    // Neither the invoice nor the download that was asked for before.
    expect(quickbooks.calls()).toEqual([]);
    await journey.client.unlock(id);
    await downloaded(id);
    await expectOpen(id);
  });

  it('T13 an account that is opened while no worker runs goes on with the next one', async () => {
    const { id } = await waiting({ lock: 'trial' });
    await rawApi(journey, 'PATCH', `/v1/connections/${id}`, {
      body: { attributes: { trial: 'true' } },
    });
    await journey.client.state(id, 'invoice', 'R-2', anInvoice({ number: 'R-2' }));
    await Promise.all([journey.client.unlock(id), journey.client.unlock(id)]);
    journey.startWorker();
    await waitForStatus(journey, id, 'invoice', 'R-2', 'synced');
    await expectOpen(id);
  });
});
