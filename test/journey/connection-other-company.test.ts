import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkTruth } from '../support/checker.js';
import {
  type Journey,
  RETURN_URL,
  startJourney,
  waitForStatus,
  walkThroughOAuth,
} from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

/** Accounts of the first company; another company has others under these ids. */
const ACCOUNTS = { income: { recordId: '79' } };

// A customer signs in to another QuickBooks company than before. Nothing is sent there before the app
// has confirmed it, and nothing of the two companies mixes afterwards.
describe('an account that goes on with another company', () => {
  let journey: Journey;
  let first: SalesCompany;
  let otherRealm: string;
  let other: QuickBooksSide;
  let successor: string;

  beforeAll(async () => {
    journey = await startJourney();
    first = await salesCompany(journey, { settings: { accounts: ACCOUNTS } });
    otherRealm = journey.simulator.control.createCompany({ seed: 'sample' }).realmId;
    other = quickBooksSide(journey, { ...first, realmId: otherRealm });
    await first.invoice('O-1');
    await settled(first.id, 'O-1');
    await journey.client.disconnect(first.id);
    await first.invoice('O-2');
    await settled(first.id, 'O-2', 'waiting');
  });
  afterAll(() => journey?.close());

  const settled = (connection: string, number: string, status = 'synced') =>
    waitForStatus(journey, connection, 'invoice', number, status);
  const connection = (id: string) => journey.client.connection(id);
  const signInTo = async (realmId: string, accept: 'same' | 'any' = 'same') => {
    const { connectUrl } = await journey.client.connectLink(first.id, accept);
    const { searchParams } = await walkThroughOAuth(connectUrl ?? '', realmId);
    return [searchParams.get('result'), searchParams.get('connection')];
  };

  it('asks first: nothing is stored, called or sent', async () => {
    const before = await connection(first.id);
    expect(await signInTo(otherRealm)).toEqual(['other_company', first.id]);
    expect(await connection(first.id)).toEqual(before);
    expect(await journey.house.ledger.sql`select 1 from tokens`).toEqual([]);
    expect(await journey.house.ledger.sql`select 1 from companies`).toHaveLength(1);
    expect(other.calls()).toEqual([]);
    expect(await settled(first.id, 'O-2', 'waiting')).toMatchObject({ reason: 'reconnect_needed' });
  });

  it('begins afresh with it once the app has confirmed that, under the same id of the app', async () => {
    const { externalId } = first.connection;
    const [result, id] = await signInTo(otherRealm, 'any');
    expect([result, id === first.id]).toEqual(['connected', false]);
    successor = id ?? '';

    const now = await connection(successor);
    expect(now).toMatchObject({ externalId, status: 'connected', replacedBy: null });
    // Accounts are named by their ids in the first company.
    expect(now.settings.accounts).toEqual({});
    expect({ ...now.settings, accounts: ACCOUNTS }).toEqual(first.connection.settings);
    expect(await connection(first.id)).toMatchObject({
      status: 'disconnected',
      replacedBy: successor,
    });
    const { connections } = await journey.client.connections({ externalId });
    expect(connections.map(({ id: found }) => found)).toEqual([successor]);
  });

  it('sends nothing of before to the other company, and all that the app states there', async () => {
    expect((await journey.client.documents(successor)).documents).toEqual([]);
    await journey.client.state(successor, 'customer', 'c-7', { displayName: 'Harbor Lane Dental' });
    await waitForStatus(journey, successor, 'customer', 'c-7', 'synced');
    const billed = { customer: { externalId: 'c-7' } };
    const [product] = other.all('Item');
    const [line] = anInvoice({ number: 'O-1' }).lines;
    if (line === undefined) throw new Error('The invoice has no line');
    const lines = [{ ...line, item: { recordId: String(product?.['Id']) } }];
    const sent = { ...anInvoice({ number: 'O-1', ...billed }), lines };
    await journey.client.state(successor, 'invoice', 'O-1', sent);
    const { quickbooks } = await settled(successor, 'O-1');

    expect(other.one('Invoice', quickbooks?.id)).toMatchObject({ DocNumber: 'O-1' });
    expect(other.commits()).toEqual(['create Customer', 'create Invoice']);
    expect(first.invoices('O-1')).toHaveLength(1);
    expect(first.quickbooks.commits().filter((one) => one.startsWith('update'))).toEqual([]);
    expect(await settled(first.id, 'O-2', 'waiting')).toMatchObject({ reason: 'reconnect_needed' });
  });

  it('lets the connection before go on with its own company, links and waiting documents and all', async () => {
    await expect(journey.client.connectLink(first.id, 'any')).rejects.toMatchObject({
      status: 409,
      problem: { detail: expect.stringContaining(successor) },
    });
    expect(await signInTo(otherRealm)).toEqual(['other_company', first.id]);
    expect(await signInTo(first.realmId)).toEqual(['connected', first.id]);
    await settled(first.id, 'O-2');
    await first.invoice('O-1', { memo: 'Changed since' });
    await settled(first.id, 'O-1');

    expect(first.invoices('O-2')).toHaveLength(1);
    expect(first.invoices('O-1')).toMatchObject([{ PrivateNote: expect.any(String) }]);
    expect(first.quickbooks.commits()).toContain('update Invoice');
    expect(other.commits()).toEqual(['create Customer', 'create Invoice']);
  });

  it('takes the same company as before as that, whatever the app has confirmed', async () => {
    const { connectUrl } = await journey.client.connectLink(successor, 'any');
    const { searchParams } = await walkThroughOAuth(connectUrl ?? '', otherRealm);
    expect(searchParams.get('connection')).toBe(successor);
    expect(await connection(successor)).toMatchObject({ status: 'connected', replacedBy: null });
  });

  it('asks first as well before two sets of rules share a company, and lets them where it is meant', async () => {
    const made = await journey.client.createConnection({
      externalId: 'clicks',
      name: 'Clicks',
      profile: 'export-on-click',
      returnUrl: RETURN_URL,
    });
    const resultOf = async (connectUrl: string | null) =>
      (await walkThroughOAuth(connectUrl ?? '', otherRealm)).searchParams.get('result');
    expect(await resultOf(made.connectUrl)).toBe('other_company');
    expect(await connection(made.id)).toMatchObject({ status: 'new', company: null });
    // Those who use the company keep their grant.
    expect(await connection(successor)).toMatchObject({ status: 'connected', health: 'ok' });
    const { connectUrl } = await journey.client.connectLink(made.id, 'any');
    expect(await resultOf(connectUrl)).toBe('connected');
    expect(await connection(made.id)).toMatchObject({ replacedBy: null });
  });

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await checkTruth(journey, { stated: { [first.id]: 2, [successor]: 2 } });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });
});
