import { gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answered, codes, saleLine, startCompany, type TestCompany } from './support/company.js';
import { wire } from './support/wire.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany({ seed: 'sample' });
});

afterEach(() => company.close());

const JSON_HEADERS = { accept: 'application/json', 'content-type': 'application/json' };
const CUSTOMER = JSON.stringify({ DisplayName: 'Odd Olsen' });

function fault(text: string): unknown {
  return JSON.parse(text).Fault.Error[0];
}

function customers(name: string): Promise<unknown> {
  return company.query(`select count(*) from Customer where DisplayName = '${name}'`);
}

describe('a body', () => {
  it.each([
    ['cut off', '{"DisplayName": "Odd'],
    ['that is a list', '[1]'],
    ['that is empty', ''],
  ])('%s is fault 2010', async (_, body) => {
    const reply = await company.post('customer', body);
    expect(reply.status).toBe(400);
    expect(codes(reply)).toEqual(['2010']);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/pdf'])(
    'that calls itself %s is not consumed',
    async (type) => {
      const headers = { accept: 'application/json', 'content-type': type };
      const reply = await wire(company, 'customer', { method: 'POST', headers, body: CUSTOMER });
      expect(reply.status).toBe(400);
      expect(fault(reply.text)).toMatchObject({
        code: '500',
        Detail: 'Operation Cannot consume content type is not supported.',
      });
      expect(await customers('Odd Olsen')).toEqual({ totalCount: 0 });
    },
  );

  it('without a content type is read as JSON', async () => {
    const headers = { accept: 'application/json' };
    const reply = await wire(company, 'customer', { method: 'POST', headers, body: CUSTOMER });
    expect(reply.status).toBe(200);
  });

  it('may be compressed', async () => {
    const headers = { ...JSON_HEADERS, 'content-encoding': 'gzip' };
    const body = gzipSync(CUSTOMER);
    expect((await wire(company, 'customer', { method: 'POST', headers, body })).status).toBe(200);
    expect(await customers('Odd Olsen')).toEqual({ totalCount: 1 });
  });

  it.each([
    ['is not what its encoding says', 'gzip', Buffer.from(CUSTOMER)],
    ['has an encoding nobody knows', 'zebra', Buffer.from(CUSTOMER)],
  ])('that %s is refused', async (_, encoding, body) => {
    const headers = { ...JSON_HEADERS, 'content-encoding': encoding };
    const reply = await wire(company, 'customer', { method: 'POST', headers, body });
    expect(reply.status).toBe(400);
    expect(fault(reply.text)).toMatchObject({ code: '500' });
  });

  it.each([
    ['sent as it is', Buffer.alloc(20 * 1024 * 1024 + 1, ' '), undefined],
    ['packed small', gzipSync(Buffer.alloc(21 * 1024 * 1024, ' ')), 'gzip'],
  ])('of more than 20 MB is refused when %s', async (_, body, encoding) => {
    const headers: Record<string, string> = { ...JSON_HEADERS };
    if (encoding !== undefined) headers['content-encoding'] = encoding;
    const request = { method: 'POST', headers, body };
    expect((await wire(company, 'customer', request)).status).toBe(413);
  });
});

describe('an answer', () => {
  it.each([
    ['gzip', gunzipSync],
    ['deflate', inflateSync],
  ])('is compressed with %s for those who can read that', async (encoding, unpack) => {
    const path = `query?query=${encodeURIComponent('select * from Customer')}`;
    const plain = await wire(company, path, { headers: { accept: 'application/json' } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    const headers = { accept: 'application/json', 'accept-encoding': encoding };
    const packed = await wire(company, path, { headers });
    expect(packed.headers['content-encoding']).toBe(encoding);
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
    expect(JSON.parse(unpack(packed.bytes).toString()).QueryResponse).toEqual(
      JSON.parse(plain.text).QueryResponse,
    );
  });

  it('is not compressed for those who forbid it', async () => {
    const path = `query?query=${encodeURIComponent('select * from Customer')}`;
    const headers = { accept: 'application/json', 'accept-encoding': 'gzip;q=0, identity' };
    expect((await wire(company, path, { headers })).headers['content-encoding']).toBeUndefined();
  });
});

describe('an address', () => {
  it.each(['customer/1/', 'customer//1', '/customer/1', 'customer/1?minorversion=75'])(
    'written as %s reads the customer',
    async (path) => {
      expect(answered(await company.get(path), 'Customer')['Id']).toBe('1');
    },
  );

  it.each(['Customer/1', 'CUSTOMER/1', 'reports/ProfitAndLoss', 'nothing', 'customer'])(
    '%s is served by nothing',
    async (path) => {
      const reply = await company.get(path);
      expect(reply.status).toBe(400);
      expect(codes(reply)).toEqual(['500']);
      expect(reply.text).toContain('could not find resource for entity');
    },
  );

  it('with an id that is no number is fault 2030', async () => {
    expect(codes(await company.get('invoice/abc'))).toEqual(['2030']);
    expect(codes(await company.get('invoice/%'))).toEqual(['2030']);
  });

  it.each(['', '?minorversion=1', '?minorversion=74', '?minorversion=75', '?minorversion=99'])(
    'with the version "%s" gets the same object',
    async (query) => {
      const plain = answered(await company.get('customer/1?minorversion=75'), 'Customer');
      expect(answered(await company.get(`customer/1${query}`), 'Customer')).toEqual(plain);
    },
  );
});

describe('a method', () => {
  it('HEAD answers what GET does, without its body', async () => {
    const headers = { accept: 'application/json' };
    const head = await wire(company, 'customer/1', { method: 'HEAD', headers });
    expect({ status: head.status, text: head.text }).toEqual({ status: 200, text: '' });
    expect(head.headers['intuit_tid']).toBeDefined();
  });

  it.each(['PUT', 'PATCH', 'DELETE'])('%s is not allowed and changes nothing', async (method) => {
    const body = JSON.stringify({ Id: '1', SyncToken: '0', sparse: true, DisplayName: 'Other' });
    const reply = await wire(company, 'customer', { method, headers: JSON_HEADERS, body });
    expect(reply.status).toBe(405);
    expect(fault(reply.text)).toMatchObject({ code: '500' });
    expect(await customers('Other')).toEqual({ totalCount: 0 });
  });
});

describe('a call that takes too long', () => {
  it('loses its connection, and its work is done all the same', async () => {
    const { control } = company.simulator;
    control.setBehaviours({ requestCutMs: 20 });
    control.setLatency({ call: 'write', ms: 100 });
    const body = { CustomerRef: { value: '1' }, Line: [saleLine('1', 5)] };
    const committed = new Promise((resolve) => {
      control.onCommit(resolve);
    });
    await expect(company.post('invoice', body)).rejects.toThrow();
    await committed;
    expect(await company.query('select count(*) from Invoice')).toEqual({ totalCount: 1 });
    const [call] = control.log(company.realmId).calls;
    expect(call).toMatchObject({ kind: 'write', status: null });
  });
});
