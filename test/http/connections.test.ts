import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp, RETURN_URL } from '../support/tenancy.js';
import { aWeb, PUBLIC_URL, type WebUnderTest, withKey } from '../support/web.js';

describe('connections of an app', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let app: Awaited<ReturnType<typeof anApp>>;
  let call: ReturnType<typeof withKey>;
  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger);
    app = await anApp(fresh.ledger);
    call = withKey(running.web, app.key);
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });
  const made = (over: Record<string, unknown> = {}) => ({
    externalId: `acc-${Math.random()}`,
    name: 'Evergreen Wholesale',
    profile: 'export-on-click',
    returnUrl: RETURN_URL,
    ...over,
  });

  it('makes one with a connectUrl, its profile’s settings and what may be offered', async () => {
    const body = made({ settings: { documentWord: 'sale' }, attributes: { systemType: 'Metrc' } });
    const answer = await call('POST', '/v1/connections', body);
    expect(answer.statusCode).toBe(201);
    const connection = answer.json();
    expect(connection).toMatchObject({
      externalId: body.externalId,
      status: 'new',
      actions: ['connect'],
      attributes: { systemType: 'Metrc' },
      settings: { start: 'click', onceOnly: true, documentWord: 'sale' },
      company: null,
    });
    expect(connection.connectUrl).toMatch(new RegExp(`^${PUBLIC_URL}/connect/[\\w-]{43}$`));

    const read = await call('GET', `/v1/connections/${connection.id}`);
    expect(read.json()).toEqual({ ...connection, connectUrl: null });
    const found = await call('GET', `/v1/connections?externalId=${body.externalId}`);
    expect(found.json().connections).toHaveLength(1);
  });

  it('names every mistake of a request at once', async () => {
    const answer = await call(
      'POST',
      '/v1/connections',
      made({ profile: 'x', extra: 1, name: '' }),
    );
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const fields = answer.json().errors.map(({ field }: { field: string }) => field);
    expect(fields.sort()).toEqual(['(body)', 'name', 'profile']);
  });

  it.each([
    'https://evil.example/settings/quickbooks',
    'https://app.example/other',
    'https://app.example.evil.example/settings/quickbooks',
    'https://user:secret@app.example/settings/quickbooks',
    'http://app.example/settings/quickbooks',
    `${RETURN_URL}#fragment`,
    'javascript:alert(1)',
  ])('refuses the return address %s', async (returnUrl) => {
    const answer = await call('POST', '/v1/connections', made({ returnUrl }));
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors[0].field).toBe('returnUrl');
  });

  it('lets the query of a return address be the app’s own', async () => {
    const returnUrl = `${RETURN_URL}?tenant=7`;
    expect((await call('POST', '/v1/connections', made({ returnUrl }))).statusCode).toBe(201);
  });

  it('answers 409 with the standing id for an externalId in use', async () => {
    const body = made();
    const { id } = (await call('POST', '/v1/connections', body)).json();
    const again = await call('POST', '/v1/connections', body);
    expect(again.statusCode).toBe(409);
    expect(again.json()).toMatchObject({ detail: expect.stringContaining(id) });
  });

  it('changes name and attributes', async () => {
    const { id } = (await call('POST', '/v1/connections', made())).json();
    const answer = await call('PATCH', `/v1/connections/${id}`, { attributes: { plan: 'gold' } });
    expect(answer.json()).toMatchObject({
      name: 'Evergreen Wholesale',
      attributes: { plan: 'gold' },
    });
  });

  it('changes settings as numbered versions and refuses all of a bad change', async () => {
    const { id } = (await call('POST', '/v1/connections', made())).json();
    const url = `/v1/connections/${id}/settings`;
    const changed = await call('PATCH', url, { customer: { missing: 'fail' }, unitWord: 'box' });
    expect(changed.json()).toMatchObject({
      customer: { missing: 'fail', match: ['name'] },
      unitWord: 'box',
    });
    const bad = await call('PATCH', url, { unitWord: 'crate', start: 'later', nope: 1 });
    expect(bad.statusCode).toBe(422);
    expect(bad.json().errors).toEqual([
      expect.objectContaining({ field: 'start', got: 'later' }),
      expect.objectContaining({ rule: 'unknown field nope' }),
    ]);
    expect((await call('GET', url)).json()).toEqual(changed.json());
    const versions = await fresh.ledger.sql`
      select version, changed_by from settings_history where connection_id = ${id} order by version`;
    expect(versions).toEqual([
      { version: 1, changedBy: `key:${app.keyId}` },
      { version: 2, changedBy: `key:${app.keyId}` },
    ]);
  });

  it('checks accounts in settings against the list, once there is one', async () => {
    const { ledger } = fresh;
    const { connection, companyId } = await aConnected(ledger, app.app.id, '4620816361000000001');
    const url = `/v1/connections/${connection.id}/settings`;
    const unseen = await call('PATCH', url, { accounts: { income: { name: 'Unseen' } } });
    expect(unseen.statusCode).toBe(200);
    const account = (id: string, name: string, type: string, active = true) => ledger.sql`
      insert into records (company_id, type, quickbooks_id, name, name_key, folded_key, active, facts)
      values (${companyId}, 'account', ${id}, ${name}, ${name}, ${name.toLowerCase()}, ${active},
        ${ledger.sql.json({ accountType: type })})`;
    await account('79', 'Sales of Product Income', 'Income');
    await account('84', 'Accounts Receivable (A/R)', 'Accounts Receivable');
    await account('85', 'Old Income', 'Income', false);
    await ledger.sql`
      insert into record_lists (company_id, type, refreshed_at) values (${companyId}, 'account', now())`;
    const change = (accounts: object) => call('PATCH', url, { accounts });

    const right = { income: { name: 'sales of product income' }, receivable: { recordId: '84' } };
    expect((await change(right)).statusCode).toBe(200);
    const wrong = { income: { recordId: '84' }, receivable: { name: 'Old Income' } };
    expect((await change(wrong)).json().errors).toEqual([
      expect.objectContaining({ field: 'accounts.income', got: '84' }),
      expect.objectContaining({ field: 'accounts.receivable', got: 'Old Income' }),
    ]);
    expect((await change({ income: { name: 'Old Income' } })).statusCode).toBe(422);
  });

  it('lists the profiles', async () => {
    const names = (await call('GET', '/v1/profiles'))
      .json()
      .profiles.map(({ name }: { name: string }) => name);
    expect(names).toEqual([
      'export-on-click',
      'auto-invoices',
      'crm',
      'device-resale',
      'supplier-invoices',
    ]);
  });
});
