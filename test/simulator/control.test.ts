import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type CompanyLog,
  type JsonObject,
  type Simulator,
  startSimulator,
} from '../../src/simulator/index.js';
import { runSimulator, SAMPLE_COMPANIES } from '../../src/simulator/start.js';
import { answered, connect, list, saleLine, type TestCompany } from './support/company.js';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator();
});

afterEach(() => simulator.close());

/** The members that the tests read, of all routes together. */
interface ControlAnswer extends Pick<CompanyLog, 'commits' | 'calls' | 'counts'> {
  realmId: string;
  accessToken: string;
  refreshToken: string;
  object: JsonObject;
  id: string;
  nowMs: number;
  stopped: boolean;
  batch: number;
  batchItemsMax: number;
}

async function control(method: string, path: string, body?: unknown) {
  const response = await fetch(`${simulator.url}/control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: ControlAnswer = JSON.parse(await response.text());
  return { status: response.status, body: answer };
}

async function newCompany(options: unknown = {}): Promise<TestCompany> {
  const { body } = await control('POST', 'companies', options);
  return connect(simulator, body.realmId);
}

describe('companies over HTTP', () => {
  it('are made as wished and listed', async () => {
    const { status, body } = await control('POST', 'companies', {
      realmId: '123',
      country: 'GB',
      plan: 'essentials',
      seed: 'empty',
      preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } },
    });
    expect([status, body.realmId]).toEqual([201, '123']);
    const company = connect(simulator, '123');
    const prefs = answered(await company.get('preferences'), 'Preferences');
    expect(prefs).toMatchObject({
      SalesFormsPrefs: { CustomTxnNumbers: true, AllowDiscount: true },
      CurrencyPrefs: { HomeCurrency: { value: 'GBP' } },
    });
    expect((await control('GET', 'companies')).body).toMatchObject([
      { realmId: '123', country: 'GB', plan: 'essentials', objects: { Customer: 0 } },
    ]);
  });

  it('get tokens that work', async () => {
    const { realmId } = await newCompany();
    const { body } = await control('POST', `companies/${realmId}/token`, {});
    const response = await fetch(`${simulator.url}/v3/company/${realmId}/customer/1`, {
      headers: { authorization: `Bearer ${body.accessToken}` },
    });
    expect(response.status).toBe(200);
    expect(body.refreshToken).toEqual(expect.any(String));
  });

  it('take objects as they stand, and go on counting behind them', async () => {
    const company = await newCompany();
    const { body } = await control('POST', `companies/${company.realmId}/load`, {
      Customer: [{ Id: '58', SyncToken: '7', DisplayName: 'Blue Heron', Odd: { kept: true } }],
      Invoice: [{ Id: '130', DocNumber: '2000', CustomerRef: { value: '58' }, TotalAmt: 5 }],
    });
    expect(body).toEqual({ Customer: 1, Invoice: 1 });
    const customer = answered(await company.get('customer/58'), 'Customer');
    expect(customer).toMatchObject({ SyncToken: '7', Active: true, Odd: { kept: true } });
    const next = await company.post('customer', { DisplayName: 'Next' });
    expect(answered(next, 'Customer')['Id']).toBe('59');
    const invoice = await company.post('invoice', {
      CustomerRef: { value: '58' },
      Line: [saleLine('3', 1)],
    });
    expect(answered(invoice, 'Invoice')).toMatchObject({
      Id: '131',
      DocNumber: '2001',
      CustomerRef: { name: 'Blue Heron' },
    });
  });

  it('log who wrote what, and every call', async () => {
    const company = await newCompany();
    await company.post('customer?requestid=r-1', { DisplayName: 'Heron' });
    await company.query('select count(*) from Customer');
    await company.get('customer/1');
    const act = { do: 'edit', entity: 'Customer', id: '36', changes: { Notes: 'x' } };
    await control('POST', `companies/${company.realmId}/act`, act);
    const { body } = await control('GET', `companies/${company.realmId}/log`);
    expect(body.commits).toMatchObject([
      {
        entity: 'Customer',
        id: '36',
        operation: 'create',
        syncToken: '0',
        requestid: 'r-1',
        clientId: 'test-app',
      },
      { entity: 'Customer', id: '36', operation: 'update', syncToken: '1', clientId: null },
    ]);
    expect(body.calls).toMatchObject([
      { method: 'POST', path: 'customer', kind: 'write', status: 200 },
      { method: 'GET', path: 'query', kind: 'query', query: 'select count(*) from Customer' },
      { method: 'GET', path: 'customer/1', kind: 'read' },
    ]);
    expect(body.counts).toEqual({
      calls: 3,
      reads: 2,
      writes: 1,
      batches: 0,
      throttled: 0,
      commits: 2,
    });
    await control('DELETE', `companies/${company.realmId}/log`);
    expect((await control('GET', `companies/${company.realmId}/log`)).body.commits).toEqual([]);
  });

  it('let a person act, and say why not', async () => {
    const company = await newCompany();
    const act = (body: unknown) => control('POST', `companies/${company.realmId}/act`, body);
    const created = await act({
      do: 'create',
      entity: 'Customer',
      object: { DisplayName: 'By hand' },
    });
    expect(created.body.object).toMatchObject({ DisplayName: 'By hand' });
    const refused = await act({
      do: 'create',
      entity: 'Vendor',
      object: { DisplayName: 'By hand' },
    });
    expect(refused).toMatchObject({ status: 400, body: { error: expect.stringMatching(/^6240/) } });
    expect((await act({ do: 'dance' })).status).toBe(400);
  });
});

describe('the rest over HTTP', () => {
  it('clock, limits, latency, faults, behaviours', async () => {
    expect(
      (await control('PUT', 'clock', { now: '2030-01-01T00:00:00Z', stopped: true })).body,
    ).toEqual({ now: '2030-01-01T00:00:00.000Z', nowMs: 1_893_456_000_000, stopped: true });
    expect((await control('PUT', 'clock', { advanceMs: 1_000 })).body.nowMs).toBe(
      1_893_456_001_000,
    );
    expect((await control('GET', 'clock')).body.stopped).toBe(true);
    expect((await control('PUT', 'limits', { on: false })).body).toMatchObject({
      on: false,
      scale: 1,
    });
    expect((await control('PUT', 'latency', { call: 'batch', ms: 5 })).body.batch).toBe(5);
    const { status, body } = await control('POST', 'faults', { do: 'drop', match: {} });
    expect(status).toBe(201);
    expect((await control('GET', 'faults')).body).toMatchObject([{ id: body.id, do: 'drop' }]);
    expect((await control('DELETE', `faults/${body.id}`)).body).toEqual({ removed: 1 });
    expect((await control('PUT', 'behaviours', { batchItemsMax: 10 })).body.batchItemsMax).toBe(10);
    expect((await control('POST', 'requests/forget', {})).body).toEqual({ forgotten: 0 });
  });

  it.each([
    ['POST', 'companies', { plan: 'deluxe' }, 400],
    ['POST', 'companies', { colour: 'red' }, 400],
    ['POST', 'companies/1/token', {}, 404],
    ['PUT', 'clock', { now: 'yesterday' }, 400],
    ['POST', 'faults', { do: 'explode' }, 400],
    ['PATCH', 'clock', {}, 404],
  ])('%s %s %j is refused with %i', async (method, path, body, status) => {
    expect(await control(method, path, body)).toMatchObject({
      status,
      body: { error: expect.any(String) },
    });
  });

  it('latency is real time', async () => {
    const company = await newCompany();
    simulator.control.setLatency({ call: 'read', ms: 60 });
    const startedMs = performance.now();
    await company.get('customer/1');
    expect(performance.now() - startedMs).toBeGreaterThan(55);
  });
});

describe('sample companies', () => {
  it.each(['US', 'GB'] as const)(
    '%s: enough of everything, the same ids each time',
    async (country) => {
      const first = simulator.control.createCompany({ country });
      const second = simulator.control.createCompany({ country });
      expect(first.objects['Account']).toBeGreaterThanOrEqual(90);
      expect(first.objects['Customer']).toBeGreaterThanOrEqual(30);
      expect(first.objects['Item']).toBeGreaterThanOrEqual(20);
      const named = (realmId: string) =>
        simulator.control
          .objects(realmId, 'Account')
          .map(({ Id, FullyQualifiedName }) => [Id, FullyQualifiedName]);
      expect(named(first.realmId)).toEqual(named(second.realmId));
      expect(named(first.realmId)).toContainEqual(['84', 'Accounts Receivable (A/R)']);
      expect(named(first.realmId)).toContainEqual(['79', 'Sales of Product Income']);
    },
  );

  it('GB: tax codes as a UK company has them', async () => {
    const company = await newCompany({ country: 'GB' });
    const rows = list(await company.query('select * from TaxCode'), 'TaxCode');
    const names = rows.map(({ Id, Name }) => [Id, Name]);
    expect(names).toContainEqual(['6', '20.0% S']);
    expect(names).toContainEqual(['10', 'No VAT']);
  });
});

describe('as a program', () => {
  it('says when it is ready and keeps its state in a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
    const dataFile = join(folder, 'state.json');
    const written: string[] = [];
    const { write } = process.stdout;
    process.stdout.write = (chunk) => {
      written.push(String(chunk));
      return true;
    };
    const first = await runSimulator({ port: 0, dataFile }).finally(() => {
      process.stdout.write = write;
    });
    expect(written).toEqual([`simulator ready ${first.url}\n`]);
    const realmId = SAMPLE_COMPANIES[0]?.realmId ?? '';
    expect(first.control.companies()).toHaveLength(4);

    const company = connect(first, realmId);
    const body = { CustomerRef: { value: '1' }, Line: [saleLine('3', 10)] };
    const created = answered(await company.post('invoice?requestid=r-1', body), 'Invoice');
    first.control.act(realmId, { do: 'close_books', date: '2020-12-31', password: false });
    await first.close();
    const [header = ''] = (await readFile(dataFile, 'utf8')).split('\n');
    expect(JSON.parse(header)).toEqual({ kind: 'header', version: 2 });

    const second = await startSimulator({ dataFile, companies: SAMPLE_COMPANIES });
    const headers = { authorization: `Bearer ${company.accessToken}` };
    const base = `${second.url}/v3/company/${realmId}`;
    const read = await fetch(`${base}/invoice/${String(created['Id'])}`, { headers });
    expect(await read.json()).toMatchObject({ Invoice: created });
    const again = await fetch(`${base}/invoice?requestid=r-1`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(await again.json()).toMatchObject({ Invoice: created });
    const old = connect(second, realmId);
    const refused = await old.post('invoice', { ...body, TxnDate: '2020-12-31' });
    expect(refused.text).toContain('"6200"');
    await second.close();
    await rm(folder, { recursive: true });
  });
});
