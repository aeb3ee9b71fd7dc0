import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QboSyncError } from '../../src/client/index.js';
import { disconnect } from '../../src/ledger/connections/connecting.js';
import {
  goOnTo,
  type Journey,
  refresh,
  startJourney,
  waitForStatus,
  walkThroughOAuth,
} from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

// A month is being closed: nothing is sent for one customer, from one moment of business time to another.
describe('a hold', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney({ now: '2026-11-30T10:00:00Z' });
    company = await salesCompany(journey);
    company.quickbooks.forget();
  });
  afterAll(() => journey?.close());

  const settled = (number: string, status: string) =>
    waitForStatus(journey, company.id, 'invoice', number, status);
  const refused = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      ({ status, problem }: QboSyncError) => ({ status, errors: problem.errors }),
    );

  it('keeps what is stated, counts it and says until when', async () => {
    const asked = await journey.client.hold(company.id, { to: '2026-12-03T00:00:00Z' });
    expect(asked).toMatchObject({
      hold: { from: expect.stringMatching(/^2026-11-30T10:/), to: '2026-12-03T00:00:00.000Z' },
      isOn: true,
      documents: 0,
    });
    await company.invoicesOf(['H-1', 'H-2', 'H-3']);
    expect(await settled('H-1', 'waiting')).toMatchObject({
      label: 'Paused',
      reason: 'held',
      details: 'Sending is on hold until 2026-12-03T00:00:00.000Z.',
      actions: ['skip'],
    });
    expect(await journey.client.readHold(company.id)).toMatchObject({
      isOn: true,
      documents: 3,
      amounts: [{ currency: 'USD', amount: '300.00' }],
    });
    expect(await refused(journey.client.retry(company.id, 'invoice', 'H-1'))).toMatchObject({
      status: 409,
    });
    expect(company.quickbooks.commits()).toEqual([]);
    expect((await journey.client.connection(company.id)).hold).toEqual(asked.hold);
  });

  it('lets an urgent one through by name', async () => {
    await journey.client.override(company.id, 'invoice', 'H-2', 'hold');
    await settled('H-2', 'synced');
    expect(company.quickbooks.commits()).toEqual(['create Invoice']);
    expect(await journey.client.readHold(company.id)).toMatchObject({ documents: 2 });
  });

  it('may be made longer, which its documents say, and ends by itself', async () => {
    await journey.client.hold(company.id, { to: '2026-12-04T00:00:00Z' });
    expect((await settled('H-1', 'waiting')).details).toContain('2026-12-04');
    await goOnTo(journey, '2026-12-04T00:00:01Z');
    await settled('H-1', 'synced');
    const { history } = await settled('H-3', 'synced');
    expect(history.map(({ what }) => what)).toContain('hold_ended');
    expect(await journey.client.readHold(company.id)).toEqual({
      hold: null,
      isOn: false,
      documents: 0,
      amounts: [],
    });
  });

  it('begins by itself, also for what failed before and is retried', async () => {
    await journey.client.hold(company.id, {
      from: '2026-12-10T00:00:00Z',
      to: '2026-12-12T00:00:00Z',
    });
    await company.invoice('H-4');
    await settled('H-4', 'synced');
    await company.invoice('H-5', { customer: { name: 'Late Comer' } });
    await settled('H-5', 'failed');
    await goOnTo(journey, '2026-12-10T00:00:00Z');
    company.quickbooks.add('Customer', { DisplayName: 'Late Comer' });
    await refresh(journey, company.id);
    company.quickbooks.forget();
    await journey.client.retry(company.id, 'invoice', 'H-5');
    expect(await settled('H-5', 'waiting')).toMatchObject({ reason: 'held' });
    expect(company.quickbooks.commits()).toEqual([]);

    expect(await journey.client.endHold(company.id)).toMatchObject({ hold: null, isOn: false });
    await settled('H-5', 'synced');
  });

  it('keeps what a pause or a lost connection let go, without opening a push for it', async () => {
    const { ledger } = journey.house;
    await journey.client.pause(company.id);
    await company.invoicesOf(['H-6', 'H-7']);
    expect(await settled('H-7', 'waiting')).toMatchObject({ reason: 'paused' });
    await journey.client.hold(company.id, { to: '2026-12-20T00:00:00Z' });
    await journey.client.override(company.id, 'invoice', 'H-6', 'hold');
    await journey.client.resume(company.id);
    expect(await settled('H-7', 'waiting')).toMatchObject({ reason: 'held' });
    await settled('H-6', 'synced');

    await disconnect(ledger, company.id, 'test');
    await company.invoice('H-8');
    expect(await settled('H-8', 'waiting')).toMatchObject({ reason: 'reconnect_needed' });
    const { connectUrl } = await journey.client.connectLink(company.id);
    await walkThroughOAuth(connectUrl ?? '', company.realmId);
    expect(await settled('H-8', 'waiting')).toMatchObject({ reason: 'held' });
    const opened = await ledger.sql<{ externalId: string }[]>`
      select d.external_id from push_items i join documents d on d.id = i.document_id
      where d.external_id in ('H-6', 'H-7', 'H-8')`;
    expect(opened).toEqual([{ externalId: 'H-6' }]);

    await journey.client.endHold(company.id);
    await settled('H-7', 'synced');
    await settled('H-8', 'synced');
  });

  it('is refused where it would be over already, or never', async () => {
    const to = (moment: string, from?: string) =>
      refused(journey.client.hold(company.id, { from, to: moment }));
    expect(await to('2026-12-01T00:00:00Z')).toMatchObject({
      status: 422,
      errors: [{ field: 'to', rule: 'must be later than from' }],
    });
    expect(await to('2026-12-09T00:00:00Z', '2026-12-08T00:00:00Z')).toMatchObject({
      errors: [{ rule: 'must be in the future' }],
    });
    expect(await to('2029-01-01T00:00:00Z')).toMatchObject({ status: 422 });
    expect(await to('tomorrow')).toMatchObject({ status: 422 });
  });
});
