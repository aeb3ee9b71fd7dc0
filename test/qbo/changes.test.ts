import { afterEach, describe, expect, it } from '@jest/globals';
import { tokenStore } from '../../src/ledger/companies/tokens.js';
import { type ChangeBatch, type ChangingEntity, changesSince } from '../../src/qbo/changes.js';
import { QuickBooksRefusal, QuickBooksUnavailable } from '../../src/qbo/errors.js';
import type { QuickBooks } from '../../src/qbo/quickbooks.js';
import { type JsonObject, startSimulator } from '../../src/simulator/index.js';
import { bundle, free } from './bundle.js';
import { type Arrived, type Reply, startScripted } from './scripted-server.js';

// Change data as the pull reads it: against the simulator for what QuickBooks does, against a scripted
// server for what it might answer.

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Read {
  asOf: Date;
  batches: ChangeBatch[];
}

async function readAll(
  quickbooks: QuickBooks,
  companyId: string,
  entities: readonly ChangingEntity[],
  sinceMs = Date.now() - 10 * MINUTE_MS,
): Promise<Read> {
  const asked = { entities, since: new Date(sinceMs), now: new Date() };
  const { asOf, batches } = await changesSince(quickbooks, companyId, asked, free());
  const all: ChangeBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return { asOf, batches: all };
}

async function simulated() {
  const simulator = await startSimulator({ limits: { on: false } });
  open.push(simulator.close);
  const { control } = simulator;
  const { realmId } = control.createCompany({ seed: 'new' });
  const made = await bundle(simulator.url, realmId);
  open.push(made.close);
  const { companyId, ledger } = made;
  const quickbooks = await made.client();
  const url = new URL(quickbooks.auth.authorizeUrl({ state: 'abc' }));
  url.searchParams.set('auto', 'allow');
  url.searchParams.set('realmId', realmId);
  const answer = await fetch(url, { redirect: 'manual' });
  const callbackUrl = answer.headers.get('location') ?? '';
  const { realmId: _, ...tokens } = await quickbooks.auth.exchangeCode({ callbackUrl });
  const store = tokenStore(ledger);
  const generation = (await store.read(companyId))?.generation ?? 0;
  await store.saveRefreshed(companyId, generation, tokens);
  const act = (what: Parameters<typeof control.act>[1]) =>
    String(control.act(realmId, what).object?.['Id']);
  return { quickbooks, companyId, act };
}

describe('changes, as QuickBooks has them', () => {
  it('bring what was made inactive or voided whole, and what was deleted by its id', async () => {
    const { quickbooks, companyId, act } = await simulated();
    const make = (entity: string, object: JsonObject) => act({ do: 'create', entity, object });
    const customer = make('Customer', { DisplayName: 'Harbor Lane' });
    const gone = make('Customer', { DisplayName: 'Twice' });
    const other = make('Customer', { DisplayName: 'Closed' });
    act({ do: 'edit', entity: 'Customer', id: other, changes: { Active: false } });
    act({ do: 'merge', entity: 'Customer', from: gone, into: customer });
    const item = make('Item', {
      Name: 'Consulting',
      Type: 'Service',
      IncomeAccountRef: { value: '79' },
    });
    const line = {
      Amount: 10,
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: { ItemRef: { value: item } },
    };
    const [kept, deleted] = [1, 2].map(() =>
      make('Invoice', { CustomerRef: { value: customer }, Line: [line] }),
    );
    act({ do: 'void', entity: 'Invoice', id: kept ?? '' });
    act({ do: 'delete', entity: 'Invoice', id: deleted ?? '' });

    const { batches } = await readAll(quickbooks, companyId, ['Customer', 'Invoice', 'Payment']);
    expect(batches.map(({ entity }) => entity)).toEqual(['Customer', 'Invoice']);
    const [customers, invoices] = batches;
    expect(customers?.deletedIds).toEqual([gone]);
    expect(customers?.changed).toContainEqual(
      expect.objectContaining({ Id: other, Active: false }),
    );
    expect(invoices).toMatchObject({
      changed: [{ Id: kept, TotalAmt: 0 }],
      deletedIds: [deleted],
    });
  });

  it('that are none are no batches, and still say as of when', async () => {
    const { quickbooks, companyId } = await simulated();
    const { asOf, batches } = await readAll(quickbooks, companyId, ['Payment', 'Bill']);
    expect(batches.flatMap(({ changed }) => changed)).toEqual([]);
    expect(Math.abs(asOf.getTime() - Date.now())).toBeLessThan(MINUTE_MS);
  });
});

describe('changes, as a scripted QuickBooks answers them', () => {
  const time = '2026-11-22T10:00:00.000-08:00';
  const answer = (...groups: object[]): Reply => ({
    body: JSON.stringify({ CDCResponse: [{ QueryResponse: groups }], time }),
  });
  const rows = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => ({
      Id: String(from + index),
      SyncToken: '0',
      MetaData: { LastUpdatedTime: new Date(1_795_000_000_000 + index * 1_000).toISOString() },
    }));
  const page = (entity: string, of: object[]): Reply => ({
    body: JSON.stringify({ QueryResponse: { [entity]: of }, time }),
  });

  async function scripted(script: (arrived: Arrived, number: number) => Reply | undefined) {
    const server = await startScripted(script);
    open.push(server.close);
    const made = await bundle(server.url);
    open.push(made.close);
    return { server, quickbooks: await made.client(), companyId: made.companyId };
  }
  const entitiesOf = ({ path }: Arrived) => new URL(path, 'http://x').searchParams.get('entities');
  const queryOf = ({ path }: Arrived) => new URL(path, 'http://x').searchParams.get('query') ?? '';

  it('come together, found by name in whatever order, in the order asked for', async () => {
    const { server, quickbooks, companyId } = await scripted(() =>
      answer(
        { Payment: [{ Id: '9' }, { Id: '8', status: 'Deleted' }], startPosition: 1 },
        {},
        { Customer: [{ Id: '3' }] },
      ),
    );
    const { asOf, batches } = await readAll(quickbooks, companyId, ['Customer', 'Item', 'Payment']);
    expect(asOf).toEqual(new Date(time));
    expect(batches).toEqual([
      { entity: 'Customer', changed: [{ Id: '3' }], deletedIds: [], deletionsUnseen: false },
      { entity: 'Payment', changed: [{ Id: '9' }], deletedIds: ['8'], deletionsUnseen: false },
    ]);
    expect(server.calls).toHaveLength(1);
  });

  it('F34 cut short at 1,000 objects over all are asked for entity by entity', async () => {
    const { server, quickbooks, companyId } = await scripted((arrived) => {
      const asked = entitiesOf(arrived);
      if (asked === 'Customer,Invoice') {
        return answer({ Customer: rows(600) }, { Invoice: rows(400) });
      }
      return asked === 'Customer'
        ? answer({ Customer: rows(600) })
        : answer({ Invoice: rows(700) });
    });
    const { batches } = await readAll(quickbooks, companyId, ['Customer', 'Invoice']);
    expect(batches.map(({ entity, changed }) => [entity, changed.length])).toEqual([
      ['Customer', 600],
      ['Invoice', 700],
    ]);
    expect(server.calls.map(entitiesOf)).toEqual(['Customer,Invoice', 'Customer', 'Invoice']);
  });

  it('F34 of one entity beyond 1,000 are paged through by query, and say what that does not show', async () => {
    const { server, quickbooks, companyId } = await scripted((arrived) => {
      if (entitiesOf(arrived) !== null) return answer({ Invoice: rows(1_000) });
      const isFirst = !queryOf(arrived).includes(new Date(1_795_000_999_000).toISOString());
      return page('Invoice', isFirst ? rows(1_000) : rows(5, 5_000));
    });
    const { batches } = await readAll(quickbooks, companyId, ['Invoice']);
    expect(
      batches.map(({ changed, deletionsUnseen }) => [changed.length, deletionsUnseen]),
    ).toEqual([
      [1_000, false],
      [5, true],
    ]);
    // Alone already: it is not asked for a second time.
    expect(server.calls).toHaveLength(3);
  });

  it('F34 after a gap of 31 days are paged through, without change data', async () => {
    const { server, quickbooks, companyId } = await scripted((arrived) =>
      page(queryOf(arrived).includes('Customer') ? 'Customer' : 'Payment', rows(2)),
    );
    const since = Date.now() - 31 * DAY_MS;
    const { batches } = await readAll(quickbooks, companyId, ['Customer', 'Payment'], since);
    expect(batches.map(({ deletionsUnseen }) => deletionsUnseen)).toEqual([true, true]);
    expect(server.calls.map(queryOf)).toEqual([
      expect.stringContaining('Active IN (true, false)'),
      expect.not.stringContaining('Active'),
    ]);
  });

  it.each<[string, object]>([
    ['beside the groups', { CDCResponse: [{ Fault: { Error: [{ code: '4000' }] } }], time }],
    [
      'inside a group',
      {
        CDCResponse: [
          {
            QueryResponse: [{ Customer: [{ Id: '1' }] }, { Fault: { Error: [{ code: '4000' }] } }],
          },
        ],
        time,
      },
    ],
  ])('with a fault %s are refused, never an empty list', async (_, body) => {
    const { quickbooks, companyId } = await scripted(() => ({ body: JSON.stringify(body) }));
    await expect(readAll(quickbooks, companyId, ['Customer'])).rejects.toThrow(QuickBooksRefusal);
  });

  it.each<[string, object]>([
    ['no change data', { QueryResponse: {} }],
    ['no groups', { CDCResponse: [{}], time }],
    ['rows that are none', { CDCResponse: [{ QueryResponse: [{ Customer: 'none' }] }], time }],
    ['a row without an id', { CDCResponse: [{ QueryResponse: [{ Customer: [{}] }] }], time }],
    ['no time', { CDCResponse: [{ QueryResponse: [{}] }] }],
  ])('that are %s are no answer', async (_, body) => {
    const { quickbooks, companyId } = await scripted(() => ({ body: JSON.stringify(body) }));
    await expect(readAll(quickbooks, companyId, ['Customer'])).rejects.toThrow(
      QuickBooksUnavailable,
    );
  });
});
