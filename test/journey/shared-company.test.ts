import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { QboSyncClient } from '../../src/client/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import { createApp, createKey } from '../../src/ledger/apps/apps.js';
import { tokenStore } from '../../src/ledger/companies/tokens.js';
import type { StoredTokens } from '../../src/qbo/stores.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import { checkTruth } from '../support/checker.js';
import {
  type Connected,
  type Journey,
  RETURN_URL,
  startJourney,
  waitForStatus,
  walkThroughOAuth,
} from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { aLine, anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';
import { holdLocks, waitingForLocks } from '../support/row-lock.js';
import { waitFor } from '../support/wait-for.js';

const CREATES: SettingsInput = {
  customer: { missing: 'create' },
  item: { missing: 'create' },
  accounts: { income: { name: 'Sales of Product Income' } },
};

// Two apps reach the same company, and neither knows of the other: one lane, one token, one list of
// names.
describeOnBothQueues('two apps of one company', (queue) => {
  let journey: Journey;
  let second: QboSyncClient;
  let one: Connected;
  let two: Connected;
  let quickbooks: QuickBooksSide;

  beforeAll(async () => {
    journey = await startJourney(await queue());
    const { ledger } = journey.house;
    const app = await createApp(ledger, { name: 'Second app', returnUrls: [RETURN_URL] }, 'test');
    const { key } = await createKey(
      ledger,
      { appId: app.id, scopes: ['documents', 'connections'] },
      'test',
    );
    second = new QboSyncClient({ baseUrl: journey.webUrl, apiKey: key });
    const { realmId } = journey.simulator.control.createCompany({ seed: 'sample' });
    one = await journey.connect({ realmId, settings: CREATES });
    two = await journey.connect({ realmId, settings: CREATES, client: second });
    quickbooks = quickBooksSide(journey, one);
  });
  afterAll(() => journey?.close());

  const orderFor = (number: string, customer: string, item: string) =>
    anInvoice({ number, customer: { name: customer }, lines: [aLine({ name: item })] });
  const states = (client: QboSyncClient, { id }: Connected, number: string, about: string) =>
    client.state(id, 'invoice', number, orderFor(number, `${about} Ltd`, `${about} widget`));
  const settled = (client: QboSyncClient, { id }: Connected, number: string) =>
    waitForStatus({ client }, id, 'invoice', number, 'synced');
  /** Whether QuickBooks still takes the tokens our ledger had of the company. */
  async function stillWork(tokens: StoredTokens | undefined): Promise<boolean> {
    const { status } = await fetch(
      `${journey.simulator.url}/v3/company/${one.realmId}/companyinfo/${one.realmId}`,
      { headers: { authorization: `Bearer ${tokens?.accessToken}` } },
    );
    return status === 200;
  }
  async function tokensNow(): Promise<StoredTokens | undefined> {
    const { ledger } = journey.house;
    const [row] = await ledger.sql<{ id: string }[]>`select id from companies`;
    return tokenStore(ledger).read(row?.id ?? '');
  }

  it('that need the same new customer and product at the same time make each of them once', async () => {
    await Promise.all([
      ...[1, 2, 3].map((index) => states(journey.client, one, `A-${index}`, 'Quayside')),
      ...[1, 2, 3].map((index) => states(second, two, `B-${index}`, 'QUAYSIDE')),
    ]);

    await Promise.all([
      ...[1, 2, 3].map((index) => settled(journey.client, one, `A-${index}`)),
      ...[1, 2, 3].map((index) => settled(second, two, `B-${index}`)),
    ]);

    const created = quickbooks.commits().filter((commit) => commit !== 'create Invoice');
    expect(created.sort()).toEqual(['create Customer', 'create Item']);
    expect(quickbooks.commits()).toHaveLength(8);
  });

  it('keep their tokens when one of them leaves, with what it asked for still on its way', async () => {
    journey.simulator.control.addFault({
      do: 'delay',
      delayMs: 300,
      match: { realm: one.realmId, entity: 'Customer', operation: 'create' },
    });
    await states(journey.client, one, 'A-4', 'Lockgate');
    await states(second, two, 'B-4', 'Lockgate');
    await journey.client.disconnect(one.id);

    await settled(second, two, 'B-4');

    const customers = quickbooks.where('Customer', 'DisplayName', 'Lockgate Ltd');
    expect(customers).toHaveLength(1);
    expect(await second.connection(two.id)).toMatchObject({ status: 'connected' });
    const left = await waitForStatus(journey, one.id, 'invoice', 'A-4', ['waiting', 'synced']);
    if (left.status === 'waiting') expect(left).toMatchObject({ reason: 'reconnect_needed' });
  });

  it('end the tokens when the last of them leaves', async () => {
    const tokens = await tokensNow();
    expect(await stillWork(tokens)).toBe(true);

    await second.disconnect(two.id);

    expect(await tokensNow()).toBeUndefined();
    expect(await stillWork(tokens)).toBe(false);
    await second.state(
      two.id,
      'invoice',
      'B-5',
      orderFor('B-5', 'Quayside Ltd', 'Quayside widget'),
    );
    const waiting = await waitForStatus({ client: second }, two.id, 'invoice', 'B-5', 'waiting');
    expect(waiting).toMatchObject({ label: 'Paused', reason: 'reconnect_needed' });
  });

  it('go on when they come back, each with what it left', async () => {
    const { connectUrl } = await journey.client.connectLink(one.id);
    await walkThroughOAuth(connectUrl ?? '', one.realmId);
    await settled(journey.client, one, 'A-4');
    expect((await second.document(two.id, 'invoice', 'B-5')).status).toBe('waiting');

    const again = await second.connectLink(two.id);
    await walkThroughOAuth(again.connectUrl ?? '', two.realmId);
    await settled(second, two, 'B-5');
  });

  it('do not make a name again that was made while the other one asked for it', async () => {
    const { ledger } = journey.house;
    const created = quickbooks.commits().length;
    // Longer than a machine that does much else takes to hold its row.
    const slow = { realm: one.realmId, entity: 'Customer', operation: 'create' };
    journey.simulator.control.addFault({ do: 'delay', delayMs: 3_000, match: slow });
    const invoice = orderFor('B-7', 'Sluice Ltd', 'Quayside widget');
    await second.state(two.id, 'invoice', 'B-7', invoice);
    const asked = () => ledger.sql`
      select 1 from documents d join push_items i on i.document_id = d.id
      where d.dependency_key = 'name:sluice ltd' and i.operation is not null`;
    await waitFor(async () => (await asked()).count > 0, { what: 'the customer to be asked for' });
    // Its settling waits here, and behind it the other app's invoice, which is about to wait for it.
    const letGo = await holdLocks(
      ledger,
      (tx) => tx`select 1 from documents where dependency_key = 'name:sluice ltd' for update`,
    );
    const waits = async (saying: string) => (await waitingForLocks(ledger, saying)) === 1;
    await waitFor(() => waits('for no key update of d'), { what: 'the settling' });
    const same = orderFor('A-6', 'SLUICE Ltd', 'Quayside widget');
    await journey.client.state(one.id, 'invoice', 'A-6', same);
    await waitFor(() => waits('order by id for share'), { what: 'the other invoice' });
    await letGo();

    await Promise.all([settled(second, two, 'B-7'), settled(journey.client, one, 'A-6')]);
    expect(quickbooks.commits().slice(created)).toEqual([
      'create Customer',
      'create Invoice',
      'create Invoice',
    ]);
  });

  it('do not wait for each other: a name the one asked for is made once the other is back', async () => {
    const expired = journey.simulator.control.act(one.realmId, { do: 'disconnect' });
    expect(expired.ended).toBeGreaterThan(0);
    await states(journey.client, one, 'A-5', 'Millrace');
    await waitForStatus(journey, one.id, 'invoice', 'A-5', 'waiting');
    await states(second, two, 'B-6', 'Millrace');
    await journey.client.disconnect(one.id);

    const { connectUrl } = await second.connectLink(two.id);
    await walkThroughOAuth(connectUrl ?? '', two.realmId);

    await settled(second, two, 'B-6');
    expect(quickbooks.where('Customer', 'DisplayName', 'Millrace Ltd')).toHaveLength(1);
  });

  it('do not see why a name failed for the other one, and make it by their own settings', async () => {
    const settings = { ...CREATES, accounts: { income: { name: 'Nowhere' } } };
    const third = await journey.connect({ realmId: one.realmId, settings });
    const needsTowpath = (number: string) => orderFor(number, 'Quayside Ltd', 'Towpath widget');
    await journey.client.state(third.id, 'invoice', 'C-1', needsTowpath('C-1'));
    const failed = await waitForStatus(journey, third.id, 'invoice', 'C-1', 'failed');
    expect(failed).toMatchObject({ reason: 'setup_incomplete' });

    await second.state(two.id, 'invoice', 'B-8', needsTowpath('B-8'));
    await settled(second, two, 'B-8');

    const made = await second.document(two.id, 'item', 'name:Towpath widget');
    expect(made.status).toBe('synced');
    expect(JSON.stringify(made)).not.toContain('Nowhere');
    const left = await journey.client.document(third.id, 'item', 'name:Towpath widget');
    expect(left).toMatchObject({ status: 'failed', reason: 'setup_incomplete' });
  });

  it('have one document per key, nothing open, and no crash of ours', async () => {
    await checkTruth(journey, { stated: { [one.id]: 6 } });
    await checkTruth({ ...journey, client: second }, { stated: { [two.id]: 8 } });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });
});
