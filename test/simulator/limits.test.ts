import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  connect,
  member,
  type Reply,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

/** Time stands, so that a window empties only when a test says so. */
beforeEach(async () => {
  company = await startCompany({}, { limits: { on: true } });
  company.simulator.control.setClock({ stopped: true });
});

afterEach(() => company.close());

const advance = (advanceMs: number) => company.simulator.control.setClock({ advanceMs });

async function statuses(count: number, call: () => Promise<Reply>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i += 1) all.push((await call()).status);
  return all;
}

const passed = (all: readonly number[]) => all.filter((status) => status === 200).length;

const read = (of: TestCompany = company) => of.get('customer/1');
const emptyBatch = (of: TestCompany = company) =>
  of.post('batch', { BatchItemRequest: [{ bId: '1', Query: 'select count(*) from Item' }] });

/** Calls without running into the limit per second. */
async function spread(count: number, call: () => Promise<Reply>): Promise<number> {
  let all = 0;
  for (let done = 0; done < count; done += 10) {
    all += passed(await statuses(Math.min(10, count - done), call));
    advance(1_000);
  }
  return all;
}

describe('limits', () => {
  it('10 requests a second, per company and app', async () => {
    const other = connect(company.simulator, company.realmId, 'other-app');
    expect(await statuses(12, read)).toEqual([...Array(10).fill(200), 429, 429]);
    expect((await read(other)).status).toBe(200);
    advance(999);
    expect((await read()).status).toBe(429);
    advance(1);
    expect(await statuses(11, read)).toEqual([...Array(10).fill(200), 429]);
  });

  it('500 requests a minute, per company', async () => {
    const other = connect(company.simulator, company.realmId, 'other-app');
    expect(await spread(500, read)).toBe(500);
    expect((await read()).status).toBe(429);
    expect((await read(other)).status).toBe(429);
    advance(10_000);
    expect((await read(other)).status).toBe(200);
  });

  it('40 batch calls a minute per app, 120 for all apps of a company', async () => {
    const apps = ['a', 'b', 'c', 'd'].map((app) =>
      connect(company.simulator, company.realmId, app),
    );
    const counts: number[] = [];
    for (const app of apps) counts.push(await spread(41, () => emptyBatch(app)));
    expect(counts).toEqual([40, 40, 40, 0]);
    expect((await read(apps[3])).status).toBe(200);
  });

  it('800 requests a minute to all of Intuit together, per company and app', async () => {
    const refresh = async () => {
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token });
      const authorization = `Basic ${Buffer.from('test-app:secret').toString('base64')}`;
      const url = `${company.simulator.url}/oauth2/v1/tokens/bearer`;
      return (await fetch(url, { method: 'POST', body, headers: { authorization } })).status;
    };
    const { control } = company.simulator;
    const token = control.token(company.realmId, { clientId: 'test-app' }).refreshToken;
    expect(await spread(400, read)).toBe(400);
    for (let count = 0; count < 400; count += 50) {
      expect(await Promise.all(Array.from({ length: 50 }, refresh))).toEqual(Array(50).fill(200));
    }
    expect(await refresh()).toBe(429);
    expect((await read()).status).toBe(429);
    const other = connect(company.simulator, company.realmId, 'other-app');
    expect((await read(other)).status).toBe(200);
    advance(60_000);
    expect([await refresh(), (await read()).status]).toEqual([200, 200]);
  });

  it('40 e-mails a day, per company', async () => {
    const { body } = await company.post('invoice', {
      CustomerRef: { value: '1' },
      BillEmail: { Address: 'ruth@example.com' },
      Line: [saleLine('3', 10)],
    });
    advance(1_000);
    const path = `invoice/${String(member(body, 'Invoice')['Id'])}/send`;
    expect(await spread(40, () => company.post(path, ''))).toBe(40);
    const other = connect(company.simulator, company.realmId, 'other-app');
    expect((await other.post(path, '')).status).toBe(429);
    expect((await read()).status).toBe(200);
    advance(24 * 3_600_000);
    const later = connect(company.simulator, company.realmId, 'other-app');
    expect((await later.post(path, '')).status).toBe(200);
  });

  it('reads of a month by app, over all its companies, where a cap is set', async () => {
    const { control } = company.simulator;
    control.setClock({ now: '2027-01-31T20:00:00Z' });
    const elsewhere = control.createCompany().realmId;
    const reader = connect(company.simulator, company.realmId, 'reader');
    const second = connect(company.simulator, elsewhere, 'reader');
    expect(control.limits().readsPerMonth).toBeNull();
    control.setLimits({ readsPerMonth: 5 });
    const reading = [
      () => reader.get('customer/1'),
      () => reader.get('query?query=select%20*%20from%20Item'),
      () => reader.get('cdc?entities=Item&changedSince=2027-01-31'),
      () => emptyBatch(reader),
      () => reader.get('invoice/999'),
      () => second.get('customer/1'),
      () => reader.get('customer/1'),
      () => emptyBatch(second),
      () => second.post('vendor', { DisplayName: 'Heron' }),
      () => connect(company.simulator, elsewhere, 'another').get('customer/1'),
    ];
    const statuses: number[] = [];
    for (const call of reading) statuses.push((await call()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 400, 200, 429, 429, 200, 200]);
    expect(control.reads()).toEqual({ month: '2027-01', reads: { reader: 5, another: 1 } });
    control.setClock({ now: '2027-02-01T08:00:00Z' });
    expect((await connect(company.simulator, elsewhere, 'reader').get('customer/1')).status).toBe(
      200,
    );
    expect(control.reads()).toEqual({ month: '2027-02', reads: { reader: 1 } });
  });

  it('10 in flight, per company and app', async () => {
    const { control } = company.simulator;
    control.setLimits({ scale: 1000 });
    control.setClock({ stopped: false });
    control.addFault({ do: 'delay', delayMs: 1_500, count: 10, match: { entity: 'Item' } });
    const slow = Array.from({ length: 10 }, () => company.get('item/1'));
    const arrived = new Promise<void>((resolve) => {
      const wait = setInterval(() => {
        if (control.faults().length > 0) return;
        clearInterval(wait);
        resolve();
      }, 2);
    });
    await arrived;
    expect((await read()).status).toBe(429);
    expect(passed((await Promise.all(slow)).map(({ status }) => status))).toBe(10);
    expect((await read()).status).toBe(200);
  });

  it('can be made faster, and switched off', async () => {
    const { control } = company.simulator;
    expect(control.setLimits({ scale: 10 })).toMatchObject({ on: true, scale: 10 });
    await statuses(10, read);
    expect((await read()).status).toBe(429);
    advance(100);
    expect((await read()).status).toBe(200);
    control.setLimits({ on: false });
    expect(passed(await statuses(30, read))).toBe(30);
  });
});

describe('a throttle answer', () => {
  it.each([
    ['xml', 429, 'application/xml', 'message=ThrottleExceeded; errorCode=003001; statusCode=429'],
    ['gateway_json', 429, 'application/json', 'errorCode=003001; statusCode=429'],
    ['xml_403', 403, 'application/xml', 'errorCode=003001; statusCode=403'],
  ] as const)('as %s', async (throttleShape, status, type, text) => {
    company.simulator.control.setBehaviours({ throttleShape });
    await statuses(10, read);
    const reply = await read();
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toContain(type);
    expect(reply.headers.has('retry-after')).toBe(false);
    expect(reply.text).toContain(text);
  });
});
