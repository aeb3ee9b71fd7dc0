import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { createKey } from '../../src/ledger/apps/apps.js';
import {
  type Journey,
  RETURN_URL,
  refresh,
  startJourney,
  waitForStatus,
  walkThroughOAuth,
} from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { rawApi, refusalOf } from '../support/raw-api.js';
import { account } from './profile.js';

const LISTS = {
  Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
  Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
};
const LOCKED = 'urn:qbo-sync:problem:locked';

// An account on trial sees the section and nothing else, until support opens it or it is bought.
describe('the trial lock', () => {
  let journey: Journey;
  let numbers = 0;

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const shop = (settings: SettingsInput = {}) =>
    account(journey, { profile: 'auto-invoices', lists: LISTS, settings });

  /** A connection that is made for an account on trial. */
  const onTrial = (trial: string, settings: SettingsInput = {}) => {
    numbers += 1;
    return journey.client.createConnection({
      externalId: `trial-${numbers}`,
      name: 'Trial',
      profile: 'auto-invoices',
      settings: { lock: 'trial', ...settings },
      attributes: { trial },
      returnUrl: RETURN_URL,
    });
  };

  const state = (id: string, number: string) =>
    journey.client.state(id, 'invoice', number, anInvoice({ number }));

  const audited = async (id: string, action: string) => {
    const { sql } = journey.house.ledger;
    return (await sql`select 1 from audit_log where connection_id = ${id} and action = ${action}`)
      .length;
  };
  const told = async (id: string, type: string) => {
    const { sql } = journey.house.ledger;
    const rows = await sql<{ status: string }[]>`
      select status from events where connection_id = ${id} and type = ${type} order by number`;
    return rows.map(({ status }) => status);
  };

  it('T13 a trial account is locked: the section shows, only a request for access is offered', async () => {
    const made = await onTrial(' Yes ');
    expect(made).toMatchObject({
      status: 'locked',
      actions: ['request_access'],
      connectUrl: null,
      accessRequest: null,
      unlockedAt: null,
    });
    expect(await journey.client.changeSettings(made.id, { documentWord: 'order' })).toMatchObject({
      documentWord: 'order',
    });
    expect(await journey.client.connection(made.id)).toMatchObject({ status: 'locked' });
  });

  it('T13 the lock asks for the setting and for the attribute, both', async () => {
    expect(await onTrial('no')).toMatchObject({ status: 'new', actions: ['connect'] });
    expect(await onTrial('true', { lock: 'none' })).toMatchObject({ status: 'new' });
  });

  it('T13 nothing is connected, refreshed or sent; documents are kept and wait', async () => {
    const { client } = journey;
    const { id } = await onTrial('true');
    expect(await state(id, 'L-1')).toMatchObject({
      status: 'waiting',
      label: 'Paused',
      reason: 'locked',
      details:
        'This account has no access to the QuickBooks integration yet. Request access to use it.',
      actions: ['skip'],
    });
    for (const call of [
      () => client.connectLink(id),
      () => client.startRun(id, 'refresh_master_data'),
      () => client.sync(id, 'invoice', 'L-1'),
      () => client.retry(id, 'invoice', 'L-1'),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ status: 409, problem: { type: LOCKED } });
    }
    expect(await client.document(id, 'invoice', 'L-1')).toMatchObject({ reason: 'locked' });
  });

  it('T13 a link or a round trip from before the lock connects nothing', async () => {
    const { client, simulator } = journey;
    const made = await onTrial('no');
    const { realmId } = simulator.control.createCompany({ country: 'US', seed: 'new' });
    const left = await fetch(made.connectUrl ?? '', { redirect: 'manual' });
    await rawApi(journey, 'PATCH', `/v1/connections/${made.id}`, {
      body: { attributes: { trial: 'true' } },
    });

    const again = await fetch(made.connectUrl ?? '', { redirect: 'manual' });
    expect(again.headers.get('location')).toBe(`${RETURN_URL}?connection=${made.id}&result=locked`);
    const authorize = new URL(left.headers.get('location') ?? '');
    authorize.searchParams.set('realmId', realmId);
    authorize.searchParams.set('auto', 'allow');
    const granted = await fetch(authorize, { redirect: 'manual' });
    const cookie = left.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const back = await fetch(granted.headers.get('location') ?? '', {
      redirect: 'manual',
      headers: { cookie },
    });
    expect(back.headers.get('location')).toContain('result=locked');
    expect(await client.connection(made.id)).toMatchObject({ status: 'locked', company: null });
    expect(simulator.control.log(realmId).calls).toEqual([]);
  });

  it('T13 the request for access is kept with who and when, once, and told to the app', async () => {
    const { client } = journey;
    const { id } = await onTrial('true');
    const asked = await client.requestAccess(id);
    expect(asked.accessRequest).toEqual({
      at: expect.any(String),
      by: expect.stringMatching(/^key:/),
    });
    const [again, third] = await Promise.all([client.requestAccess(id), client.requestAccess(id)]);
    expect([again.accessRequest, third.accessRequest]).toEqual([
      asked.accessRequest,
      asked.accessRequest,
    ]);
    expect(await client.connection(id)).toMatchObject({ accessRequest: asked.accessRequest });
    expect(await audited(id, 'connection.access_requested')).toBe(1);
    expect(await told(id, 'connection.access_requested')).toEqual(['locked']);
  });

  it('T13 access is asked for where it is locked, and nowhere else', async () => {
    const { id } = await onTrial('no');
    expect(await refusalOf(journey.client.requestAccess(id))).toMatchObject({
      status: 409,
      problem: { type: 'urn:qbo-sync:problem:not_locked' },
    });
  });

  it('T13 support alone unlocks, for life; what waited goes on through the next gates', async () => {
    const { client, simulator } = journey;
    const { id } = await onTrial('true');
    await state(id, 'U-1');
    await client.requestAccess(id);
    const key = await createKey(
      journey.house.ledger,
      { appId: journey.appId, scopes: ['documents', 'connections'] },
      'test',
    );
    const path = `/v1/connections/${id}/unlock`;
    expect(await rawApi(journey, 'POST', path, { key: key.key })).toMatchObject({ status: 403 });

    const opened = await client.unlock(id);
    expect(opened).toMatchObject({ status: 'new', actions: ['connect'], accessRequest: null });
    expect(opened.unlockedAt).not.toBeNull();
    expect(await client.document(id, 'invoice', 'U-1')).toMatchObject({
      status: 'waiting',
      reason: 'reconnect_needed',
    });
    const { realmId } = simulator.control.createCompany({ country: 'US', seed: 'new' });
    simulator.control.load(realmId, LISTS);
    const { connectUrl } = await client.connectLink(id);
    await walkThroughOAuth(connectUrl ?? '', realmId);
    await waitForStatus(journey, id, 'invoice', 'U-1', 'synced');
    // It is on trial still, and whatever is said of that again locks nothing.
    await rawApi(journey, 'PATCH', `/v1/connections/${id}`, {
      body: { attributes: { trial: 'yes' } },
    });
    expect(await client.connection(id)).toMatchObject({ status: 'connected' });
  });

  it('T13 two who unlock at once are one', async () => {
    const { client } = journey;
    const { id } = await onTrial('true');
    await state(id, 'U-2');
    const [one, other] = await Promise.all([client.unlock(id), client.unlock(id)]);
    expect(one.unlockedAt).toBe(other.unlockedAt);
    expect(await audited(id, 'connection.unlocked')).toBe(1);
    expect(await told(id, 'connection.changed')).toEqual(['locked', 'new']);
  });

  it('T13 the end of the trial opens it as long as it lasts, and a new lock is asked about anew', async () => {
    const { client } = journey;
    const { id } = await onTrial('true');
    await state(id, 'E-1');
    await client.requestAccess(id);
    const patch = async (attributes: Record<string, string>) => {
      await rawApi(journey, 'PATCH', `/v1/connections/${id}`, { body: { attributes } });
      return client.connection(id);
    };
    expect(await patch({ plan: 'paid' })).toMatchObject({
      status: 'new',
      accessRequest: null,
      unlockedAt: null,
    });
    expect(await client.document(id, 'invoice', 'E-1')).toMatchObject({
      reason: 'reconnect_needed',
    });
    expect(await patch({ trial: 'true' })).toMatchObject({ status: 'locked', accessRequest: null });
    expect(await client.document(id, 'invoice', 'E-1')).toMatchObject({ reason: 'locked' });
  });

  it('T13 what was connected before its trial sends nothing while it is locked, and goes on after', async () => {
    const { client } = journey;
    const to = await shop({ lock: 'trial' });
    const neighbour = await journey.connect({ profile: 'auto-invoices', realmId: to.realmId });
    await refresh(journey, neighbour.id);
    const { id: run } = await refresh(journey, to.id);
    to.quickbooks.forget();
    await rawApi(journey, 'PATCH', `/v1/connections/${to.id}`, {
      body: { attributes: { trial: 'true' } },
    });
    expect(await client.connection(to.id)).toMatchObject({
      status: 'locked',
      actions: ['request_access'],
    });
    expect(await state(to.id, 'B-1')).toMatchObject({ status: 'waiting', reason: 'locked' });
    expect(await refusalOf(client.startRun(to.id, 'refresh_master_data'))).toMatchObject({
      problem: { type: LOCKED },
    });
    expect(
      await rawApi(journey, 'POST', `/v1/connections/${to.id}/runs/${run}/retry`),
    ).toMatchObject({ status: 409, body: { type: LOCKED } });
    expect(to.quickbooks.calls()).toEqual([]);
    await state(neighbour.id, 'N-1');
    await waitForStatus(journey, neighbour.id, 'invoice', 'N-1', 'synced');
    expect(to.quickbooks.commits()).toEqual(['create Invoice']);

    await client.unlock(to.id);
    await to.settled('invoice', 'B-1');
  });

  it('T13 a click waits for nothing that is locked: it is refused, and allowed behind the gate', async () => {
    const { client } = journey;
    const { id } = await onTrial('true', { start: 'click' });
    expect(await state(id, 'C-1')).toMatchObject({ status: 'not_ready', reason: 'locked' });
    expect(await refusalOf(client.sync(id, 'invoice', 'C-1'))).toMatchObject({
      status: 409,
      problem: { type: LOCKED },
    });
    await client.unlock(id);
    expect(await client.document(id, 'invoice', 'C-1')).toMatchObject({
      status: 'not_ready',
      reason: 'waits_for_click',
      actions: ['sync'],
    });
  });

  it('T13 a disconnect works while it is locked, and leaves it locked', async () => {
    const to = await shop({ lock: 'trial' });
    await rawApi(journey, 'PATCH', `/v1/connections/${to.id}`, {
      body: { attributes: { trial: 'true' } },
    });
    expect(await journey.client.disconnect(to.id)).toMatchObject({ status: 'locked' });
    expect(await journey.client.unlock(to.id)).toMatchObject({
      status: 'disconnected',
      actions: ['connect'],
    });
  });
});
