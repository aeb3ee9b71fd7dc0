/**
 * The control API over HTTP, as docs/simulator.md lists it. Held elsewhere: webhooks in
 * webhook-deliveries, apps in disconnect, the log and loading in control, faults in
 * section-10-faults.
 */

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_BEHAVIOURS } from '../../../src/simulator/engine/behaviours.js';
import { ControlError, type JsonObject, type JsonValue } from '../../../src/simulator/index.js';
import { isObject } from '../../../src/simulator/json.js';
import { list, member, saleLine, startCompany, type TestCompany } from '../support/company.js';
import { create, ref } from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

interface Answer {
  status: number;
  body: JsonObject;
}

async function call(method: string, path: string, body?: JsonValue): Promise<Answer> {
  const response = await fetch(`${company.simulator.url}/control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const value: unknown = JSON.parse(await response.text());
  const answer = isObject(value) ? value : { list: Array.isArray(value) ? value : [] };
  return { status: response.status, body: answer };
}

const ofCompany = (path: string) => `companies/${company.realmId}${path}`;
const act = (what: JsonObject) => call('POST', ofCompany('/act'), what);
const invoice = () =>
  create(company, 'Invoice', { CustomerRef: ref('1'), Line: [saleLine('3', 10)] });

describe('companies', () => {
  it('are made, listed, and changed from outside', async () => {
    const made = await call('POST', 'companies', { realmId: '77', country: 'GB', seed: 'new' });
    expect(made).toMatchObject({ status: 201, body: { realmId: '77', country: 'GB' } });
    expect((await call('POST', 'companies', { realmId: '77' })).status).toBe(409);
    const all = list((await call('GET', 'companies')).body, 'list');
    expect(all.map(({ realmId }) => realmId)).toEqual([company.realmId, '77']);
    const change = {
      plan: 'essentials',
      subscription: 'lapsed',
      preferences: { CurrencyPrefs: { MultiCurrencyEnabled: true } },
    };
    const changed = await call('PUT', ofCompany(''), change);
    expect(changed.body).toMatchObject({ plan: 'essentials', subscription: 'lapsed' });
    const settings = member((await company.get('preferences')).body, 'Preferences');
    expect(member(settings, 'CurrencyPrefs')['MultiCurrencyEnabled']).toBe(true);
  });

  it('have the name they are given', async () => {
    const made = await call('POST', 'companies', { name: 'Lantern Lane Books', seed: 'empty' });
    expect(made.body['name']).toBe('Lantern Lane Books');
    const path = `companies/${String(made.body['realmId'])}/objects/CompanyInfo`;
    expect(list((await call('GET', path)).body, 'list')).toMatchObject([
      { CompanyName: 'Lantern Lane Books', LegalName: 'Lantern Lane Books' },
    ]);
    expect((await call('POST', 'companies', { name: ' ' })).status).toBe(400);
  });

  it('are removed with what was known of them, and can be made anew', async () => {
    await invoice();
    const { realmId } = company;
    expect((await call('DELETE', ofCompany(''))).body).toEqual({ removed: 1 });
    expect((await call('DELETE', ofCompany(''))).status).toBe(404);
    expect(list((await call('GET', 'companies')).body, 'list')).toEqual([]);
    expect((await company.get('customer/1')).status).toBe(401);
    expect((await call('POST', 'companies', { realmId })).status).toBe(201);
    expect((await company.get('customer/1')).status).toBe(401);
    expect(company.simulator.control.objects(realmId, 'Invoice')).toEqual([]);
    expect(company.simulator.control.log(realmId).commits).toEqual([]);
  });

  it.each<[JsonObject, string]>([
    [{ SalesFormPrefs: {} }, 'SalesFormPrefs'],
    [{ Id: '7' }, 'Id'],
    [{ SalesFormsPrefs: { AllowDiscounts: true } }, 'SalesFormsPrefs.AllowDiscounts'],
    [{ SalesFormsPrefs: { AllowDiscount: 'maybe' } }, 'SalesFormsPrefs.AllowDiscount'],
    [{ SalesFormsPrefs: true }, 'SalesFormsPrefs'],
    [{ TaxPrefs: { UsingSalesTax: 7 } }, 'TaxPrefs.UsingSalesTax'],
    [{ AccountingInfoPrefs: { BookCloseDate: 'soon' } }, 'AccountingInfoPrefs.BookCloseDate'],
    [{ ReportPrefs: { ReportBasis: 'Guess' } }, 'Guess'],
  ])('are not made or changed with preferences %j', async (preferences, named) => {
    const before = company.simulator.control.objects(company.realmId, 'Preferences');
    for (const refused of [
      await call('POST', 'companies', { preferences }),
      await call('PUT', ofCompany(''), { plan: 'essentials', preferences }),
    ]) {
      expect(refused).toMatchObject({ status: 400, body: { error: expect.any(String) } });
      expect(refused.body['error']).toContain(named);
    }
    expect(company.simulator.control.objects(company.realmId, 'Preferences')).toEqual(before);
    expect(company.simulator.control.companies()).toMatchObject([{ plan: 'plus' }]);
  });

  it('a setting is cleared by null, and a flag in quotes is a flag', async () => {
    const change = (AccountingInfoPrefs: JsonObject) =>
      call('PUT', ofCompany(''), { preferences: { AccountingInfoPrefs } });
    await change({ BookCloseDate: '2020-12-31', UseAccountNumbers: 'true' });
    const [closed = {}] = company.simulator.control.objects(company.realmId, 'Preferences');
    expect(member(closed, 'AccountingInfoPrefs')).toMatchObject({
      BookCloseDate: '2020-12-31',
      UseAccountNumbers: true,
    });
    await change({ BookCloseDate: null });
    const [open = {}] = company.simulator.control.objects(company.realmId, 'Preferences');
    expect(member(open, 'AccountingInfoPrefs')['BookCloseDate']).toBeNull();
  });

  it('from code are refused as over HTTP', () => {
    const { control } = company.simulator;
    const options: object = { country: 'FR' };
    expect(() => control.createCompany(options)).toThrow(ControlError);
    expect(() => control.createCompany(options)).toThrow(/"US"\|"GB"/);
    expect(() => control.changeCompany(company.realmId, { ...{ plan: 'plus', odd: 1 } })).toThrow(
      ControlError,
    );
  });

  it('give tokens for an app and its scopes', async () => {
    const { body } = await call('POST', ofCompany('/token'), { clientId: 'a', scopes: ['openid'] });
    expect(body).toMatchObject({ realmId: company.realmId, expiresInSeconds: 3600 });
    const url = `${company.simulator.url}/v3/company/${company.realmId}/customer/1`;
    const headers = { authorization: `Bearer ${String(body['accessToken'])}` };
    expect((await fetch(url, { headers })).status).toBe(403);
  });

  it('show what they hold, without a call', async () => {
    const term = { Id: '900', Name: 'Gone', Active: false };
    expect((await call('POST', ofCompany('/load'), { Term: [term] })).body).toEqual({ Term: 1 });
    const terms = list((await call('GET', ofCompany('/objects/Term'))).body, 'list');
    expect(terms).toContainEqual(expect.objectContaining(term));
    expect(company.simulator.control.log(company.realmId).counts.calls).toBe(0);
    expect((await call('GET', ofCompany('/objects/Unicorn'))).status).toBe(404);
  });

  it('have a log that is read and cleared', async () => {
    await invoice();
    const log = await call('GET', ofCompany('/log'));
    expect(member(log.body, 'counts')).toMatchObject({ calls: 1, writes: 1, commits: 1 });
    expect((await call('DELETE', ofCompany('/log'))).status).toBe(200);
    const cleared = await call('GET', ofCompany('/log'));
    expect(member(cleared.body, 'counts')).toMatchObject({ calls: 0, writes: 0, commits: 0 });
  });
});

describe('a person', () => {
  it('creates, edits, voids and deletes, and the app meets an old token', async () => {
    const created = await act({
      do: 'create',
      entity: 'Vendor',
      object: { DisplayName: 'Heron' },
    });
    expect(member(created.body, 'object')).toMatchObject({ DisplayName: 'Heron', SyncToken: '0' });
    const { Id } = await invoice();
    const id = String(Id);
    const edited = await act({ do: 'edit', entity: 'Invoice', id, changes: { PrivateNote: 'x' } });
    expect(member(edited.body, 'object')).toMatchObject({ PrivateNote: 'x', SyncToken: '1' });
    const late = await company.post('invoice', { Id, SyncToken: '0', sparse: true });
    expect(late.text).toContain('"5010"');
    const voided = await act({ do: 'void', entity: 'Invoice', id });
    expect(member(voided.body, 'object')).toMatchObject({ TotalAmt: 0, SyncToken: '2' });
    const deleted = await act({ do: 'delete', entity: 'Invoice', id });
    expect(member(deleted.body, 'object')).toMatchObject({ status: 'Deleted' });
    expect((await company.get(`invoice/${id}`)).text).toContain('Another user has deleted');
  });

  it('receives money: on a day, into an account', async () => {
    const { Id } = await invoice();
    const paid = { do: 'pay', invoice: String(Id), amount: 4, date: '2026-01-02', account: '35' };
    expect(member((await act(paid)).body, 'object')).toMatchObject({
      TotalAmt: 4,
      TxnDate: '2026-01-02',
      DepositToAccountRef: { value: '35' },
    });
    expect((await company.get(`invoice/${String(Id)}`)).text).toContain('"Balance":6');
  });

  it('merges names', async () => {
    await act({ do: 'create', entity: 'Customer', object: { DisplayName: 'Heron' } });
    const rows = await company.query("select * from Customer where DisplayName = 'Heron'");
    const from = String(list(rows, 'Customer')[0]?.['Id']);
    const merged = await act({ do: 'merge', entity: 'Customer', from, into: '1' });
    expect(member(merged.body, 'object')).toMatchObject({ Id: '1' });
    expect((await company.get(`customer/${from}`)).text).toContain('"610"');
    expect((await act({ do: 'merge', entity: 'Customer', from, into: '1' })).status).toBe(400);
  });

  it('closes the books, with and without a password, and opens them', async () => {
    const old = { CustomerRef: ref('1'), TxnDate: '2020-01-01', Line: [saleLine('3', 10)] };
    const close = (members: JsonObject) => act({ do: 'close_books', ...members });
    await close({ date: '2020-12-31' });
    expect((await company.post('invoice', old)).text).toContain('"6210"');
    await close({ date: '2020-12-31', password: false });
    expect((await company.post('invoice', old)).text).toContain('"6200"');
    await close({ date: null });
    expect((await company.post('invoice', old)).status).toBe(200);
  });

  it('disconnects one app or all, or leaves the company', async () => {
    const { control } = company.simulator;
    control.token(company.realmId, { clientId: 'other' });
    expect((await act({ do: 'disconnect', clientId: 'other' })).body).toEqual({ ended: 1 });
    expect((await company.get('customer/1')).status).toBe(200);
    expect((await act({ do: 'leave', clientId: 'test-app' })).body).toEqual({ ended: 1 });
    const left = await company.get('customer/1');
    expect([left.status, left.text.includes('"120"')]).toEqual([401, true]);
    expect((await act({ do: 'disconnect' })).body).toEqual({ ended: 1 });
    expect((await company.get('customer/1')).text).toContain('"3200"');
  });

  it.each([
    [{ do: 'edit', entity: 'Unicorn', id: '1', changes: {} }, 'No entity Unicorn'],
    [{ do: 'delete', entity: 'Invoice', id: '999' }, '610'],
    [{ do: 'pay', invoice: '999' }, 'No Invoice 999'],
    [
      { do: 'create', entity: 'Vendor', object: { DisplayNam: 'x' } },
      'Property Name:DisplayNam specified is unsupported or invalid (DisplayNam)',
    ],
    [{ do: 'close_books', date: 'soon' }, 'date'],
  ])('may not do %j', async (what, reason) => {
    const refused = await act(what);
    expect(refused.status).toBe(400);
    expect(refused.body['error']).toContain(reason);
  });
});

describe('the surroundings', () => {
  it('the clock is set, moved, stopped and read', async () => {
    const set = await call('PUT', 'clock', { now: '2030-01-01T00:00:00+01:00', stopped: true });
    const moved = await call('PUT', 'clock', { advanceMs: 5 });
    expect([set.body['now'], moved.body['now']]).toEqual([
      '2029-12-31T23:00:00.000Z',
      '2029-12-31T23:00:00.005Z',
    ]);
    expect((await call('GET', 'clock')).body).toEqual(moved.body);
  });

  it('limits, the reads of the month, latency and behaviours are set and read', async () => {
    const limits = { on: true, scale: 10, readsPerMonth: 5 };
    expect((await call('PUT', 'limits', limits)).body).toEqual(limits);
    expect((await call('GET', 'limits')).body).toEqual(limits);
    await company.get('customer/1');
    expect(member((await call('GET', 'reads')).body, 'reads')).toEqual({ 'test-app': 1 });
    expect((await call('PUT', 'latency', { call: 'all', ms: 3 })).body).toMatchObject({ read: 3 });
    expect((await call('GET', 'latency')).body).toMatchObject({
      read: 3,
      query: 3,
      write: 3,
      batch: 3,
      oauth: 3,
    });
    const changed = await call('PUT', 'behaviours', { batchItemsMax: 10 });
    expect(changed.body).toEqual({ ...DEFAULT_BEHAVIOURS, batchItemsMax: 10 });
    expect((await call('GET', 'behaviours')).body).toEqual(changed.body);
    expect((await call('PUT', 'behaviours', { batchItemMax: 10 })).status).toBe(400);
  });

  it('requestids are forgotten: one, those of a company, or all', async () => {
    const post = (id: string) => company.post(`vendor?requestid=${id}`, { DisplayName: id });
    for (const id of ['a', 'b', 'c']) await post(id);
    const forget = async (what: JsonObject) =>
      (await call('POST', 'requests/forget', what)).body['forgotten'];
    expect(await forget({ requestid: 'a' })).toBe(1);
    expect((await post('a')).text).toContain('"6240"');
    expect(await forget({ realmId: '1' })).toBe(0);
    expect(await forget({ realmId: company.realmId })).toBe(3);
    expect(await forget({})).toBe(0);
  });
});

describe('the documents', () => {
  const read = (name: string) =>
    readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
  const page = read('simulator.md');
  const doubts = read('simulator-doubts.md');

  /** `GET|PUT /control/clock {now?}` names two routes. */
  const routes = [...page.matchAll(/`([A-Z\\|]+) (\/control\/[^ `]+)[^`]*`/g)].flatMap(
    ([, methods = '', path = '']) =>
      methods.split(/\\?\|/).map((method): [string, string] => [method, path.replace(/\[.*/, '')]),
  );

  it('names the routes', () => {
    expect(routes.length).toBeGreaterThan(25);
  });

  it.each(routes)('%s %s is there', async (method, path) => {
    const filled = path
      .replace('/control/', '')
      .replace('{realm}', company.realmId)
      .replace('{Entity}', 'Term');
    const { body } = await call(method, filled, method === 'GET' ? undefined : { odd: [] });
    expect(JSON.stringify(body)).not.toContain(`There is no ${method}`);
  });

  it.each(Object.entries(DEFAULT_BEHAVIOURS))('lists %s with its default', (name, value) => {
    const row = doubts.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
    const [, , written = ''] = row.split('|').map((cell) => cell.trim());
    const plain = name === 'requestidRetentionMs' ? '24 h' : String(value);
    expect(written.replaceAll('`', '')).toBe(plain);
  });
});
