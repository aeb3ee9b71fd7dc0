import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, createKey } from '../../src/ledger/apps/apps.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { type RawAnswer, rawApi } from '../support/raw-api.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

const LINES = JSON.stringify(anInvoice().lines);

// What an app may get wrong, over HTTP as bytes. Malformed input is refused and leaves nothing;
// well-formed input that QuickBooks cannot take is stored with a reason and costs no call; odd but
// honest text arrives byte for byte.
describe('bad input', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, {
      settings: { customer: { missing: 'create' }, item: { missing: 'create' } },
    });
  });
  afterAll(() => journey?.close());

  const pathOf = (externalId: string, connection = company.id) =>
    `/v1/connections/${connection}/documents/invoice/${encodeURIComponent(externalId)}`;
  const put = (externalId: string, body: unknown): Promise<RawAnswer> =>
    rawApi(journey, 'PUT', pathOf(externalId), { body });
  const settled = (externalId: string, status: string) =>
    waitForStatus(journey, company.id, 'invoice', externalId, status);
  const isStored = async (externalId: string) =>
    (await rawApi(journey, 'GET', pathOf(externalId))).status === 200;
  /** The body of an invoice with one text put in place of another. */
  const bodyWith = (found: string, replacement: string) => {
    const text = JSON.stringify(anInvoice({ number: 'BAD' }));
    expect(text).toContain(found);
    return text.replace(found, replacement);
  };

  it.each<[string, string, string, string]>([
    ['an unknown field', '"number":', '"colour":"red","number":', '(body)'],
    ['an unknown field of a line', '"quantity":', '"qty":"1","quantity":', 'lines.0'],
    ['a wrong type', '"2026-11-20"', '20261120', 'issueDate'],
    ['a date that does not exist', '2026-11-20', '2026-02-30', 'issueDate'],
    ['too many decimals of an amount', '"total":"100.00"', '"total":"100.001"', 'total'],
    [
      'too many decimals of a price',
      '"unitPrice":"100.00"',
      '"unitPrice":"1.12345678"',
      'lines.0.unitPrice',
    ],
    ['an exponent in a decimal', '"total":"100.00"', '"total":"1e2"', 'total'],
    ['a number beyond all numbers', '"total":"100.00"', '"total":1e400', 'total'],
    ['digits beyond what is exact', '"total":"100.00"', '"total":"12345678901234567"', 'total'],
    ['a status nobody knows', '"sent"', '"posted"', 'status'],
    ['no lines', LINES, '[]', 'lines'],
    ['a blank name', '"Harbor Lane Dental"', '"  "', 'customer.name'],
    ['a customer without any name', '{"name":"Harbor Lane Dental"}', '{}', 'customer'],
    ['NUL in a text', 'Harbor Lane', 'Harbor\\u0000Lane', 'customer.name'],
    ['half a character', 'Harbor Lane', 'Harbor\\ud83dLane', 'customer.name'],
    ['the other half', '"Consulting"', '"\\ude00Consulting"', 'lines.0.name'],
    ['a currency that is none', '"number":', '"currency":"Dollar","number":', 'currency'],
  ])('of %s is refused with field and rule, and stores nothing', async (_, found, by, field) => {
    const { status, body: problem } = await put('bad', bodyWith(found, by));
    expect(status).toBe(422);
    expect(problem).toMatchObject({
      type: 'urn:qbo-sync:problem:invalid_request',
      errors: expect.arrayContaining([
        expect.objectContaining({ field, rule: expect.any(String) }),
      ]),
    });
    expect(await isStored('bad')).toBe(false);
  });

  it.each<[string, string]>([
    ['no JSON', '{"number":'],
    ['a key that reaches a prototype', '{"__proto__":{"total":"0"},"number":"BAD"}'],
    ['such a key deep inside', '{"number":"BAD","attributes":{"__proto__":{"a":"b"}}}'],
    ['a constructor to be replaced', '{"number":"BAD","constructor":{"prototype":{"a":1}}}'],
    ['a list without an end', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['bytes that are no text', '\u0000'],
  ])('of %s is refused before it is looked at', async (_, body) => {
    const { status, body: problem } = await put('bad', body);
    expect(status).toBe(400);
    expect(problem.type).toMatch(/malformed_json|too_deep/);
    expect(await isStored('bad')).toBe(false);
    expect({}).not.toHaveProperty('total');
  });

  it('of ten megabytes is refused by its size', async () => {
    const { status } = await put('bad', { ...anInvoice(), memo: 'x'.repeat(10_000_000) });
    expect(status).toBe(413);
    expect(await isStored('bad')).toBe(false);
  });

  it('from the wrong caller meets nothing: no key, an unknown key, an unknown or a foreign connection', async () => {
    const { ledger } = journey.house;
    const other = await createApp(ledger, { name: 'Other', returnUrls: [] }, 'test');
    const { key } = await createKey(ledger, { appId: other.id, scopes: ['documents'] }, 'test');
    const body = anInvoice();
    const asked = (connection: string, k: string | null | undefined) =>
      rawApi(journey, 'PUT', pathOf('bad', connection), { body, key: k });

    expect((await asked(company.id, null)).status).toBe(401);
    expect((await asked(company.id, 'qsk_unknown')).status).toBe(401);
    expect((await asked(company.id, key)).status).toBe(404);
    expect((await asked('00000000-0000-4000-8000-000000000000', undefined)).status).toBe(404);
    expect((await asked('1 or 1=1', undefined)).status).toBe(404);
    const foreign = await rawApi(journey, 'GET', pathOf('bad'), { key });
    const unknown = await rawApi(journey, 'GET', pathOf('bad', 'nowhere'), { key });
    // A foreign connection and one that does not exist are not told apart.
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    expect(await isStored('bad')).toBe(false);
  });

  it.each<[string, string, RegExp]>([
    ['a colon', 'Ratio 1:2', /^Ratio 1 - 2$/],
    ['600 characters', 'N'.repeat(600), /^N{492} ~[0-9a-f]{6}$/],
  ])('of a new customer’s name with %s is made to fit, and said', async (what, wanted, used) => {
    for (const [place, word] of ['first', 'second'].entries()) {
      const id = `${word} with ${what}`;
      const number = `9${wanted.length}${place}`;
      const invoice = anInvoice({ number, customer: { name: wanted } });
      expect((await put(id, invoice)).status).toBe(202);
      expect((await settled(id, 'synced')).warnings).toContainEqual({
        name: 'name_given',
        params: { wanted, used: expect.stringMatching(used) },
      });
    }
    const names = company.quickbooks.all('Customer').map((one) => String(one['DisplayName']));
    expect(names.filter((name) => used.test(name))).toHaveLength(1);
  });

  it('of a new customer’s name with a tab is a space', async () => {
    await put('tab', anInvoice({ number: '9002', customer: { name: 'Tab\there' } }));
    expect(await settled('tab', 'synced')).toMatchObject({ label: 'Synced' });
    expect(company.quickbooks.where('Customer', 'DisplayName', 'Tab here')).toHaveLength(1);
  });

  it('of a new product’s name is made to fit, and said', async () => {
    await put('product', anInvoice({ number: '9003', lines: [aLine({ name: 'a:b' })] }));
    expect((await settled('product', 'synced')).warnings).toContainEqual({
      name: 'name_given',
      params: { wanted: 'a:b', used: 'a - b' },
    });
    expect(company.quickbooks.where('Item', 'Name', 'a - b')).toHaveLength(1);
  });

  it('of a number of 22 characters is numbered by QuickBooks, with a warning', async () => {
    const number = '1234567890123456789012';
    await put('long number', anInvoice({ number }));
    const synced = await settled('long number', 'synced');
    const given = synced.quickbooks?.number;
    expect(given).toMatch(/^\d{1,21}$/);
    expect(synced).toMatchObject({
      label: 'Synced with warnings',
      number,
      warnings: [{ name: 'number_assigned', params: { number: given } }],
      details: expect.stringContaining(`it was numbered ${given} there`),
    });

    // An update keeps the number QuickBooks gave.
    await put('long number', anInvoice({ number, dueDate: '2027-01-01' }));
    const again = await settled('long number', 'synced');
    expect(company.quickbooks.one('Invoice', again.quickbooks?.id)).toMatchObject({
      DocNumber: given,
    });
  });

  it('that is only odd: emoji, right-to-left text, combining marks; they arrive byte for byte', async () => {
    const name = 'مقهى الميناء 🧑‍🚀 Café';
    const memo = 'שלום — 你好 👩🏽‍🌾 "quotes" \\ <b>&amp;</b> \u202Eabc';
    const description = 'Zwölf Größe № ½ \u200F؟';
    await put(
      'emoji',
      anInvoice({ number: '№-🧾-1', customer: { name }, memo, lines: [aLine({ description })] }),
    );
    const synced = await settled('emoji', 'synced');
    expect(synced).toMatchObject({ number: '№-🧾-1', party: name, label: 'Synced' });
    const invoice = company.quickbooks.one('Invoice', synced.quickbooks?.id);
    expect(invoice).toMatchObject({
      DocNumber: '№-🧾-1',
      Line: [{ Description: description }, {}],
    });
    expect(String(invoice['PrivateNote']).startsWith(`${memo}\n`)).toBe(true);
    expect(company.quickbooks.where('Customer', 'DisplayName', name)).toHaveLength(1);

    // And it is found by it again.
    await put('emoji 2', anInvoice({ number: 'E-2', customer: { name } }));
    await settled('emoji 2', 'synced');
    expect(company.quickbooks.where('Customer', 'DisplayName', name)).toHaveLength(1);
  });

  it('that is only odd: an id of the app with slashes, spaces and letters of all kinds', async () => {
    const id = 'order/7?a=b#c ü 🧾 %2F "x"';
    await put(id, anInvoice({ number: 'ID-1' }));
    expect(await settled(id, 'synced')).toMatchObject({ externalId: id });
  });

  it('that is only odd: an apostrophe and a backslash in a name that is looked for', async () => {
    const name = "O'Brien \\ Söhne' OR ''='";
    const unread = await salesCompany(journey, {
      pull: false,
      settings: { customer: { missing: 'create' } },
    });
    const at = (id: string) => ({ number: id, customer: { name } });
    await unread.invoice('Q-1', at('Q-1'));
    await waitForStatus(journey, unread.id, 'invoice', 'Q-1', 'synced');
    await unread.invoice('Q-2', at('Q-2'));
    await waitForStatus(journey, unread.id, 'invoice', 'Q-2', 'synced');
    expect(unread.quickbooks.where('Customer', 'DisplayName', name)).toHaveLength(1);
  });

  it('that is only large: 2,000 lines', async () => {
    const lines = Array.from({ length: 2_000 }, (_, index) =>
      aLine({ description: `Line ${index}`, unitPrice: '0.07', amount: '0.07' }),
    );
    expect((await put('long', anInvoice({ number: 'LONG', lines, total: '140.00' }))).status).toBe(
      202,
    );
    const synced = await settled('long', 'synced');
    expect(synced.money).toMatchObject({ quickbooksTotal: '140.00', difference: '0.00' });
    const stored = company.quickbooks.one('Invoice', synced.quickbooks?.id);
    expect(stored['Line']).toHaveLength(2_001);
  });

  it('that is only odd: amounts as exact numbers, credits among the lines, nothing at all to pay', async () => {
    const lines = [
      { name: 'Consulting', quantity: 3, unitPrice: 33.1, amount: 99.3 },
      { name: 'Consulting', quantity: 1, unitPrice: -99.3, amount: -99.3 },
    ];
    await put('zero', { ...anInvoice({ number: 'ZERO' }), lines, total: 0 });
    expect(await settled('zero', 'synced')).toMatchObject({ quickbooks: { total: '0.00' } });
  });

  it('of one row of many refuses that row alone', async () => {
    const rows = [
      { kind: 'invoice', externalId: 'row-1', document: anInvoice({ number: 'ROW-1' }) },
      { kind: 'estimate', externalId: 'row-2', document: {} },
      { kind: 'invoice', externalId: ' ', document: anInvoice() },
      { kind: 'item', externalId: 'row-4', document: { name: 'Free item' } },
      { kind: 'invoice', externalId: 'row-5', document: null },
      { kind: 'invoice', externalId: 'row-1', document: anInvoice({ number: 'ROW-1', memo: 'b' }) },
    ];
    const { status, body } = await rawApi<{ results: { status: number }[] }>(
      journey,
      'POST',
      `/v1/connections/${company.id}/documents`,
      { body: rows },
    );
    expect(status).toBe(200);
    expect(body.results.map((row) => row.status)).toEqual([202, 422, 422, 422, 422, 202]);
    expect(await settled('row-1', 'synced')).toMatchObject({ revision: 2 });
    expect(company.quickbooks.where('Invoice', 'DocNumber', 'ROW-1')).toHaveLength(1);

    const many = Array.from({ length: 501 }, () => rows[0]);
    const tooMany = await rawApi(journey, 'POST', `/v1/connections/${company.id}/documents`, {
      body: many,
    });
    expect(tooMany.status).toBe(422);
  });
});
