import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, aConnection, anApp } from '../support/tenancy.js';
import { aWeb, type WebUnderTest, withKey } from '../support/web.js';

describe('runs and records over HTTP', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let call: ReturnType<typeof withKey>;
  let appId: string;
  let base: string;
  let companyId: string;
  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger);
    const { app, key } = await anApp(fresh.ledger);
    appId = app.id;
    call = withKey(running.web, key);
    const connected = await aConnected(fresh.ledger, app.id);
    companyId = connected.companyId;
    base = `/v1/connections/${connected.connection.id}`;
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  it('starts a refresh, wakes it after the answer, and doubles none that is open', async () => {
    const first = await call('POST', `${base}/runs`, { job: 'refresh_master_data' });
    expect(first.statusCode).toBe(202);
    expect(first.json()).toMatchObject({ status: 'queued', trigger: 'api', reads: 0 });
    const { id } = first.json();
    const again = await call('POST', `${base}/runs`, { job: 'refresh_master_data' });
    expect(again.json().id).toBe(id);
    expect(running.wokenRuns).toEqual([Number(id), Number(id)]);
    expect((await call('GET', `${base}/runs/${id}`)).json()).toEqual(again.json());
    expect((await call('GET', `${base}/runs`)).json().runs).toHaveLength(1);
    for (const unknown of ['999', 'x', '1e3']) {
      expect((await call('GET', `${base}/runs/${unknown}`)).statusCode).toBe(404);
    }
  });

  it('retries an ended run as a run of its own', async () => {
    const { id } = (await call('POST', `${base}/runs`, { job: 'refresh_master_data' })).json();
    await fresh.ledger.sql`
      update runs set status = 'failed', reason = 'quickbooks_unavailable', ended_at = now()
      where id = ${id}`;
    const failed = (await call('GET', `${base}/runs/${id}`)).json();
    expect(failed).toMatchObject({ status: 'failed', reason: 'quickbooks_unavailable' });
    expect(failed.details).not.toBe('');
    const retried = await call('POST', `${base}/runs/${id}/retry`);
    expect(retried.statusCode).toBe(202);
    expect(retried.json().id).not.toBe(id);
  });

  it('needs a company to read from, and a job it knows', async () => {
    const lonely = await aConnection(fresh.ledger, appId);
    const url = `/v1/connections/${lonely.id}`;
    const refused = await call('POST', `${url}/runs`, { job: 'refresh_master_data' });
    expect([refused.statusCode, refused.json().type]).toEqual([
      409,
      'urn:qbo-sync:problem:reconnect_needed',
    ]);
    expect((await call('GET', `${url}/records/customer`)).json().records).toEqual([]);
    const unknown = await call('POST', `${base}/runs`, { job: 'paint', types: [] });
    expect(unknown.json().errors.map(({ field }: { field: string }) => field)).toEqual([
      'job',
      'types',
    ]);
  });

  it('lists records by name, page by page, and hides them from pick lists', async () => {
    for (const [id, name] of [
      ['7', 'Northwind Traders Ltd'],
      ['8', 'Contoso Ltd'],
      ['9', '100% Cotton'],
    ] as const) {
      await fresh.ledger.sql`
        insert into records (company_id, type, quickbooks_id, name, name_key, folded_key, active)
        values (${companyId}, 'customer', ${id}, ${name}, ${name}, ${name.toLowerCase()}, true)`;
    }
    const names = async (query: string) =>
      (await call('GET', `${base}/records/customer${query}`))
        .json()
        .records.map(({ name }: { name: string }) => name);
    expect(await names('')).toEqual(['100% Cotton', 'Contoso Ltd', 'Northwind Traders Ltd']);
    expect(await names('?q=LTD')).toEqual(['Contoso Ltd', 'Northwind Traders Ltd']);
    expect(await names('?q=0%25')).toEqual(['100% Cotton']);
    const { after } = (await call('GET', `${base}/records/customer?limit=1`)).json();
    expect(await names(`?limit=2&after=${after}`)).toEqual([
      'Contoso Ltd',
      'Northwind Traders Ltd',
    ]);

    const hidden = await call('PATCH', `${base}/records/customer/8`, { hidden: true });
    expect(hidden.json()).toMatchObject({ recordId: '8', hidden: true });
    expect(await names('?hidden=false')).toEqual(['100% Cotton', 'Northwind Traders Ltd']);
    expect(await names('?hidden=true')).toEqual(['Contoso Ltd']);
    expect((await call('GET', `${base}/records/customer?hidden=yes`)).statusCode).toBe(422);
    expect((await call('PATCH', `${base}/records/item/8`, { hidden: true })).statusCode).toBe(404);
    expect((await call('GET', `${base}/records/spoon`)).statusCode).toBe(422);
  });
});
