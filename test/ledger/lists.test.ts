import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseFilter } from '../../src/contract/filter.js';
import { listDocuments } from '../../src/ledger/answers/answers.js';
import { listOpsDocuments } from '../../src/ledger/answers/ops.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { selectionOf } from '../../src/ledger/documents/document-selection.js';
import { stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';

describe('lists of documents', () => {
  let fresh: FreshLedger;
  let connection: Connection;
  let other: Connection;

  beforeAll(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    ({ connection } = await aConnected(fresh.ledger, app.id, '4620816365000000001'));
    ({ connection: other } = await aConnected(fresh.ledger, app.id, '4620816365000000002'));
    const state = (externalId: string, name: string, of = connection) =>
      stateInvoice(fresh.ledger, of, externalId, { customer: { name } });
    await state('A-100%', 'Harbor Lane Dental');
    await state('B-200', 'Ärzte am Ring');
    await state('C-300', 'harbor cafe');
    await state('D-400', 'Harbor Elsewhere', other);
    await fresh.ledger.sql`
      update documents set status = 'failed', reason = 'deposited', due_at = null
      where external_id in ('B-200', 'C-300')`;
  });
  afterAll(() => fresh?.close());

  type Filter = Omit<Parameters<typeof listDocuments>[2], 'limit'>;
  const idsOf = (documents: { externalId: string }[]) => documents.map((row) => row.externalId);
  const own = async (filter: Filter) =>
    idsOf((await listDocuments(fresh.ledger, connection, { limit: 50, ...filter })).documents);

  it.each([
    ['part of a name, whatever the case', 'HARBOR', ['C-300', 'A-100%']],
    ['part of a number', '-20', ['B-200']],
    ['letters beyond ASCII', 'ärzte', ['B-200']],
    ['what a pattern would take for a wildcard', '0%', []],
    ['a percent sign as itself', '100%', ['A-100%']],
    ['two characters at the beginning only', 'c-', ['C-300']],
    ['nothing inside a word for two characters', 'ar', []],
    ['nothing across number and name', '300 harbor', []],
  ])('find %s', async (_what, q, found) => {
    expect(await own({ q })).toEqual(found);
  });

  it('find a document by what it says now', async () => {
    await stateInvoice(fresh.ledger, connection, 'A-100%', { customer: { name: 'Renamed' } });
    expect(await own({ q: 'lane dental' })).toEqual([]);
    expect(await own({ q: 'renamed' })).toEqual(['A-100%']);
  });

  it('hold every filter at once', async () => {
    expect(await own({ status: 'failed' })).toEqual(['C-300', 'B-200']);
    expect(await own({ kind: 'invoice' })).toEqual(['C-300', 'B-200', 'A-100%']);
    expect(await own({ status: 'failed', kind: 'customer' })).toEqual([]);
    expect(await own({ status: 'failed', q: 'harbor' })).toEqual(['C-300']);
    expect(await own({ reason: 'deposited', kind: 'invoice' })).toEqual(['C-300', 'B-200']);
    expect(await own({ reason: 'crashed' })).toEqual([]);
  });

  it.each([
    ['status:failed', ['C-300', 'B-200']],
    ['status:failed,queued renamed', ['A-100%']],
    ['reason:deposited kind:invoice', ['C-300', 'B-200']],
    ['amount:>=100', ['C-300', 'B-200', 'A-100%']],
    ['amount:>100', []],
    ['amount:100 status:queued', ['A-100%']],
    ['age:<1h status:failed', ['C-300', 'B-200']],
    ['age:>1h', []],
    ['connection:elsewhere', []],
    ['cause:999', []],
  ])('find what a filter means: %s', async (text, found) => {
    expect(await own({ selection: await selected(text, { connectionId: connection.id }) })).toEqual(
      found,
    );
  });

  it('find documents of connections by id, by the app’s own id and by name', async () => {
    const names = (text: string) => selected(text, {});
    for (const word of [other.id, other.externalId.toUpperCase()]) {
      const page = await listOpsDocuments(fresh.ledger, {
        limit: 50,
        selection: await names(`connection:${word}`),
      });
      expect(idsOf(page.documents)).toEqual(['D-400']);
    }
    const both = { limit: 50, selection: await names('connection:"bay supplies" amount:100') };
    expect(idsOf((await listOpsDocuments(fresh.ledger, both)).documents)).toHaveLength(4);
  });

  const selected = (text: string, scope: { connectionId?: string }) => {
    const parsed = parseFilter(text);
    if ('errors' in parsed) throw new Error('The filter is wrong');
    return selectionOf(fresh.ledger, scope, parsed.query);
  };

  it.each<Filter>([{}, { kind: 'invoice' }, { q: 'harbor' }, { status: 'queued' }])(
    'go on behind the last row of a page, filtered by %j',
    async (filter) => {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await listOpsDocuments(fresh.ledger, { limit: 1, after, ...filter });
        seen.push(...idsOf(page.documents));
        after = page.after ?? undefined;
      } while (after !== undefined);
      const whole = await listOpsDocuments(fresh.ledger, { limit: 50, ...filter });
      expect(seen).toEqual(idsOf(whole.documents));
      expect(seen.length).toBeGreaterThan(1);
    },
  );

  it('count each status, and no further than they say', async () => {
    const before = await listOpsDocuments(fresh.ledger, { limit: 1 });
    expect(before.counts).toMatchObject({ failed: 2, queued: 2, synced: 0 });
    await fresh.ledger.sql`
      insert into documents (connection_id, kind, external_id, wanted_cipher, wanted_hash, status)
      select ${connection.id}, 'customer', 'many-' || n, '', '', 'synced'
      from generate_series(1, ${before.countMax + 1}) n`;
    const after = await listOpsDocuments(fresh.ledger, { limit: 1 });
    expect(after.counts).toMatchObject({ failed: 2, synced: before.countMax });
  });
});
