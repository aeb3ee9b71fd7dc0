/**
 * Faults on order over HTTP: each kind that docs/simulator.md lists. Held elsewhere: how rules
 * match, their counts and probabilities, and the token address, in faults; XML and `Accept` in xml.
 */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../../../src/simulator/index.js';
import {
  answered,
  list,
  member,
  type Reply,
  saleLine,
  startCompany,
  type TestCompany,
} from '../support/company.js';
import { ref } from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

async function order(rule: JsonValue): Promise<number> {
  const url = `${company.simulator.url}/control/faults`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(rule) });
  await response.arrayBuffer();
  return response.status;
}

const post = (requestid = 'r-1'): Promise<Reply> =>
  company.post(`invoice?requestid=${requestid}`, {
    CustomerRef: ref('1'),
    Line: [saleLine('3', 10)],
  });
const invoices = () => company.simulator.control.objects(company.realmId, 'Invoice').length;

describe('an answer that does not arrive', () => {
  it.each([
    ['before_commit', 0],
    ['after_commit', 1],
    ['mid_body', 1],
  ])('is dropped at %s, with %d objects written', async (at, written) => {
    await order({ do: 'drop', at, match: { entity: 'Invoice' } });
    await expect(post()).rejects.toThrow();
    expect(invoices()).toBe(written);
    expect((await post()).status).toBe(200);
    expect(invoices()).toBe(1);
  });

  it('is cut in the middle although its length was announced', async () => {
    const whole = (await company.get('customer/1')).text;
    await order({ do: 'drop', at: 'mid_body' });
    const url = `${company.simulator.url}/v3/company/${company.realmId}/customer/1`;
    const headers = { authorization: `Bearer ${company.accessToken}`, accept: 'application/json' };
    const response = await fetch(url, { headers });
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(whole)));
    await expect(response.text()).rejects.toThrow();
  });

  it('comes whole after a pause in its middle', async () => {
    await order({ do: 'delay', at: 'mid_body', delayMs: 20 });
    expect(answered(await company.get('customer/1'), 'Customer')['Id']).toBe('1');
  });

  it('is refused now and written later', async () => {
    await order({ do: 'late_commit', delayMs: 1_000, status: 504, shape: 'empty' });
    const committed = new Promise((resolve) => company.simulator.control.onCommit(resolve));
    expect(await post()).toMatchObject({ status: 504, text: '' });
    expect(invoices()).toBe(0);
    await committed;
    expect(invoices()).toBe(1);
    expect((await post()).status).toBe(200);
    expect(invoices()).toBe(1);
  });
});

describe('an answer that is another', () => {
  it.each([
    ['json', 'application/json', '{"Fault":'],
    ['gateway_json', 'application/json', '"fault":{'],
    ['xml', 'application/xml', '<IntuitResponse'],
    ['html', 'text/html', '<html>'],
    ['empty', 'application/json', ''],
  ])('a status in the shape %s', async (shape, type, text) => {
    for (const [at, written] of [
      ['before_commit', 0],
      ['after_commit', 1],
    ] as const) {
      await order({ do: 'status', status: 503, shape, at });
      const reply = await post();
      expect([reply.status, invoices()]).toEqual([503, written]);
      expect(reply.headers.get('content-type')).toContain(type);
      expect(reply.text).toContain(text);
    }
  });

  it.each([401, 403, 404, 429, 500, 502, 504])('status %d', async (status) => {
    await order({ do: 'status', status });
    expect((await company.get('customer/1')).status).toBe(status);
  });

  it('JSON that says it is HTML', async () => {
    await order({ do: 'body', body: { Customer: { Id: '1' } }, shape: 'html' });
    const reply = await company.get('customer/1');
    expect(reply.headers.get('content-type')).toContain('text/html');
    expect(reply.text).toBe('{"Customer":{"Id":"1"}}');
  });

  it('HTML that says it is XML', async () => {
    await order({ do: 'body', body: '<html></html>', shape: 'xml' });
    const reply = await company.get('customer/1');
    expect(reply.headers.get('content-type')).toContain('application/xml');
    expect(reply.text).toBe('<html></html>');
  });

  it('a body that ends too early, its length correct', async () => {
    await order({ do: 'body', at: 'after_commit', body: '{"Invoice":{"Id":"1","Sync' });
    const url = `${company.simulator.url}/v3/company/${company.realmId}/customer/1`;
    const headers = { authorization: `Bearer ${company.accessToken}` };
    const response = await fetch(url, { headers });
    expect(response.headers.get('content-type')).toContain('application/json');
    await expect(response.json()).rejects.toThrow(/JSON/);
  });

  it('a body of many megabytes', async () => {
    const Notes = 'x'.repeat(12_000_000);
    await order({ do: 'body', body: { Customer: { Id: '1', Notes } } });
    expect((await company.get('customer/1')).text.length).toBeGreaterThan(12_000_000);
  });
});

describe('the gateway', () => {
  it.each([
    [{ shape: 'xml' }, 429, 'application/xml', 'statusCode=429'],
    [{ shape: 'gateway_json' }, 429, 'application/json', '"code":"3001"'],
    [{ shape: 'xml', status: 403 }, 403, 'application/xml', 'statusCode=403'],
  ])('throttles: %j', async (how, status, type, text) => {
    await order({ do: 'throttle', ...how });
    const reply = await post();
    expect([reply.status, invoices()]).toEqual([status, 0]);
    expect(reply.headers.get('content-type')).toContain(type);
    expect(reply.text).toContain(text);
    expect(reply.text).toContain('errorCode=003001');
  });

  it('ends the grant: this call meets 401, the refresh token is dead', async () => {
    const { control, url } = company.simulator;
    const { accessToken, refreshToken } = control.token(company.realmId, { clientId: 'app' });
    await order({ do: 'revoke' });
    const address = `${url}/v3/company/${company.realmId}/customer/1`;
    const response = await fetch(address, { headers: { authorization: `Bearer ${accessToken}` } });
    expect([response.status, (await response.text()).includes('3200')]).toEqual([401, true]);
    const refreshed = await fetch(`${url}/oauth2/v1/tokens/bearer`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('app:s').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    });
    expect(await refreshed.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('sends elsewhere, by 302 unless told otherwise', async () => {
    const where = `${company.simulator.url}/elsewhere`;
    for (const [members, status] of [
      [{}, 302],
      [{ status: 301 }, 301],
    ] as const) {
      await order({ do: 'redirect', body: where, ...members });
      const url = `${company.simulator.url}/v3/company/${company.realmId}/customer/1`;
      const response = await fetch(url, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([status, where]);
    }
  });
});

describe('a batch', () => {
  const send = () =>
    company.post('batch', {
      BatchItemRequest: ['a', 'b', 'c', 'd'].map((bId) => ({
        bId,
        operation: 'create',
        Vendor: { DisplayName: `Heron ${bId}` },
      })),
    });
  const items = ({ body }: Reply) => list(body, 'BatchItemResponse');
  const vendors = async () =>
    (await company.query("select count(*) from Vendor where DisplayName like 'Heron %'"))[
      'totalCount'
    ];

  it.each([
    ['before_commit', 3],
    ['after_commit', 4],
  ])('lacks the answer to an item, dropped at %s', async (at, written) => {
    await order({ do: 'drop', at, match: { batchItem: 'b' } });
    expect(items(await send()).map(({ bId }) => bId)).toEqual(['a', 'c', 'd']);
    expect(await vendors()).toBe(written);
  });

  it('has the fault an item was ordered, with several errors', async () => {
    const errors = ['6140', '2020'].map((code) => ({ Message: 'x', Detail: 'y', code }));
    const body = { Fault: { type: 'ValidationFault', Error: errors } };
    await order({ do: 'body', body, match: { batchItem: 0 } });
    await order({ do: 'status', status: 500, match: { batchItem: 'c' } });
    await order({ do: 'throttle', match: { batchItem: 3 } });
    const [first, second, third, last] = items(await send());
    expect(first).toEqual({ bId: 'a', ...body });
    expect(second).toMatchObject({ bId: 'b', Vendor: { DisplayName: 'Heron b' } });
    expect(list(member(third ?? {}, 'Fault'), 'Error')).toMatchObject([{ code: '10000' }]);
    expect(list(member(last ?? {}, 'Fault'), 'Error')).toMatchObject([{ code: '3001' }]);
    expect(await vendors()).toBe(1);
  });

  it('keeps a shuffle for itself, whatever is called before it', async () => {
    await order({ do: 'shuffle' });
    await company.get('customer/1');
    expect(company.simulator.control.faults()).toMatchObject([{ do: 'shuffle', remaining: 1 }]);
    await send();
    expect(company.simulator.control.faults()).toEqual([]);
  });

  it('has its answers in another order', async () => {
    await company.close();
    company = await startCompany({}, { random: () => 0 });
    await order({ do: 'shuffle' });
    const bIds = items(await send()).map(({ bId }) => bId);
    expect(bIds).not.toEqual(['a', 'b', 'c', 'd']);
    expect([...bIds].sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});

it.each([{ operation: 'CREATE' }, { entity: 'invoice' }, { realm: '999' }])(
  'a rule for %j is taken',
  async (match) => {
    expect(await order({ do: 'status', match })).toBe(201);
  },
);

describe('a rule that could do nothing is refused:', () => {
  it.each([
    { do: 'explode' },
    { do: 'delay', match: { batchItem: 1 } },
    { do: 'shuffle', at: 'before_commit' },
    { do: 'late_commit', at: 'after_commit' },
    { do: 'status', at: 'mid_body' },
    { do: 'drop', at: 'mid_body', match: { batchItem: 1 } },
    { do: 'status', status: 99 },
    { do: 'drop', count: 0 },
    { do: 'drop', match: { colour: 'red' } },
    { do: 'drop', match: { operation: 'creat' } },
    { do: 'drop', match: { entity: 'Invoices' } },
    { do: 'drop', match: { entity: 'Invoice', operation: 'query' } },
    { do: 'drop', match: { realm: '1', operation: 'token' } },
    { do: 'drop', match: { batchItem: 0, operation: 'send' } },
    { do: 'drop', status: 500 },
    { do: 'status', delayMs: 5 },
    { do: 'body' },
    { do: 'throttle', at: 'after_commit' },
    { do: 'throttle', at: 'mid_body' },
    { do: 'throttle', shape: 'html' },
    { do: 'throttle', match: { operation: 'token' } },
    { do: 'shuffle', match: { operation: 'create' } },
  ])('%j', async (rule) => {
    expect(await order(rule)).toBe(400);
    expect(company.simulator.control.faults()).toEqual([]);
  });
});
