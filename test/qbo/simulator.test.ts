import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tokenStore } from '../../src/ledger/companies/tokens.js';
import { type BatchItem, batchBody, readBatch } from '../../src/qbo/batch.js';
import { LaneBusy, QuickBooksUnavailable, ReconnectNeeded } from '../../src/qbo/errors.js';
import type { JsonObject } from '../../src/qbo/fault.js';
import { count, select } from '../../src/qbo/query.js';
import type { QuickBooks } from '../../src/qbo/quickbooks.js';
import { readSingle, singlePath } from '../../src/qbo/single.js';
import type { WriteEnding } from '../../src/qbo/stores.js';
import { startSimulator } from '../../src/simulator/index.js';
import { aWrite, bundle, free, sending } from './bundle.js';

// The whole client against the simulator: connect, write, lose an answer and replay, refresh.

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const DAY_MS = 86_400_000;

async function setup() {
  const simulator = await startSimulator({ limits: { on: false } });
  open.push(simulator.close);
  const { control } = simulator;
  const { realmId } = control.createCompany();
  const made = await bundle(simulator.url, realmId);
  open.push(made.close);
  const { companyId } = made;
  const quickbooks = await made.client();
  await connect(quickbooks);
  control.clearLog(realmId);

  /** The person allows it; what comes back takes the place of the tokens the bundle began with. */
  async function connect(client: QuickBooks) {
    const url = new URL(client.auth.authorizeUrl({ state: 'abc' }));
    url.searchParams.set('auto', 'allow');
    url.searchParams.set('realmId', realmId);
    const answer = await fetch(url, { redirect: 'manual' });
    const callbackUrl = answer.headers.get('location') ?? '';
    const { realmId: chosen, ...tokens } = await client.auth.exchangeCode({ callbackUrl });
    expect(chosen).toBe(realmId);
    const store = tokenStore(made.ledger);
    const generation = (await store.read(companyId))?.generation ?? 0;
    expect(await store.saveRefreshed(companyId, generation, tokens)).toBe(true);
  }

  const passBoth = (ms: number) => {
    made.passMs(ms);
    control.setClock({ advanceMs: ms });
  };
  const customers = (name: string) =>
    quickbooks.query<JsonObject>(
      companyId,
      select('Customer').where('DisplayName', '=', name).text(),
      free(),
    );
  const createCustomer = (DisplayName: string) =>
    aWrite(companyId, { path: 'customer', body: JSON.stringify({ DisplayName }) });
  return { ...made, quickbooks, control, passBoth, customers, createCustomer };
}

function answered(ending: WriteEnding): Extract<WriteEnding, { kind: 'answered' }> {
  if (ending.kind !== 'answered') throw new Error(`It ended ${JSON.stringify(ending)}`);
  return ending;
}

describe('against the simulator', () => {
  it('creates, updates and reads one object, and tells a duplicate', async () => {
    const { quickbooks, companyId, createCustomer, customers, control, realmId } = await setup();
    const created = readSingle(
      'Customer',
      answered(await quickbooks.write(createCustomer('Bay Supplies'), sending())),
    );
    if (created.kind !== 'ok') throw new Error(created.kind);
    const { Id, SyncToken } = created.entity;
    const update = { Id, SyncToken, sparse: true, Notes: 'Pays late' };
    const changed = aWrite(companyId, {
      path: singlePath('Customer', 'update'),
      body: JSON.stringify(update),
    });
    await quickbooks.write(changed, sending());
    expect(await customers('Bay Supplies')).toEqual([
      expect.objectContaining({ Id, SyncToken: '1', Notes: 'Pays late' }),
    ]);
    const again = answered(await quickbooks.write(createCustomer('bay supplies'), sending()));
    expect(readSingle('Customer', again)).toMatchObject({
      kind: 'refused',
      status: 400,
      faults: [{ code: '6240' }],
    });
    expect(await quickbooks.count(companyId, count('Customer').text(), free())).toBe(
      control.objects(realmId, 'Customer').filter(({ Active }) => Active === true).length,
    );
  });

  it('makes one object when the answer is lost and the same request is sent again', async () => {
    const { quickbooks, createCustomer, control, realmId, requests } = await setup();
    control.addFault({ match: { entity: 'Customer' }, at: 'after_commit', do: 'drop' });
    const write = createCustomer('Twice Told');
    expect(await quickbooks.write(write, sending())).toMatchObject({ kind: 'unknown' });
    const replayed = answered(await quickbooks.write(write, sending()));
    expect(readSingle('Customer', replayed)).toMatchObject({ kind: 'ok' });
    expect(control.log(realmId).commits).toHaveLength(1);
    expect(control.log(realmId).calls.map((call) => call.replayed)).toEqual([false, true]);
    expect(requests.notes).toEqual(['sent 1', 'unknown 1', 'sent 1', 'answered 1']);
  });

  it('creates, voids and deletes in batches, shuffled and with an item left out', async () => {
    const { quickbooks, companyId, customers, createCustomer, control } = await setup();
    await quickbooks.write(createCustomer('Bay Supplies'), sending());
    const [customer] = await customers('Bay Supplies');
    const items = await quickbooks.query(companyId, select('Item').page(1, 1).text(), free());
    const invoice = {
      CustomerRef: { value: customer?.Id },
      Line: [
        {
          Amount: 10,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: items[0]?.Id } },
        },
      ],
    };
    const batch = async (batchItems: BatchItem[]) => {
      const body = batchBody(batchItems);
      const write = aWrite(companyId, { path: 'batch', call: 'batch', body });
      return readBatch(batchItems, answered(await quickbooks.write(write, sending())));
    };
    const three = ['a', 'b', 'c'].map(
      (bId): BatchItem => ({ bId, operation: 'create', entity: 'Invoice', body: invoice }),
    );
    control.addFault({ match: { path: 'batch' }, do: 'shuffle' });
    control.addFault({ match: { batchItem: 'c' }, at: 'after_commit', do: 'drop' });
    const made = await batch(three);
    if (made.kind !== 'items') throw new Error(made.kind);
    const [a, b, c] = ['a', 'b', 'c'].map((bId) => made.items.get(bId));
    expect(c).toEqual({ kind: 'missing' });
    if (a?.kind !== 'ok' || b?.kind !== 'ok') throw new Error('Not created');

    const keysOf = ({ Id, SyncToken }: JsonObject) => ({ Id, SyncToken, sparse: true });
    const ended = await batch([
      { bId: 'v', operation: 'void', entity: 'Invoice', body: keysOf(a.entity) },
      { bId: 'd', operation: 'delete', entity: 'Invoice', body: keysOf(b.entity) },
    ]);
    if (ended.kind !== 'items') throw new Error(ended.kind);
    expect(ended.items.get('v')).toMatchObject({
      kind: 'ok',
      entity: { TotalAmt: 0, PrivateNote: expect.stringContaining('Voided') },
    });
    expect(ended.items.get('d')).toMatchObject({
      kind: 'ok',
      entity: { Id: b.entity['Id'], status: 'Deleted' },
    });
    const gone = quickbooks.read(companyId, `invoice/${b.entity['Id']}`, free());
    await expect(gone).rejects.toMatchObject({ name: 'QuickBooksRefusal', status: 400 });
  });

  it('finds every name again by a query, whatever is in it (S20)', async () => {
    const { quickbooks, companyId, customers, createCustomer } = await setup();
    const character = fc.constantFrom("'", '\\', 'a', 'B', ' ', '%', '"', '&', '+', '=', 'ž', '✓');
    const name = fc.array(character, { minLength: 1, maxLength: 12 }).map((text) => text.join(''));
    let number = 0;
    await fc.assert(
      fc.asyncProperty(name, async (middle) => {
        number += 1;
        const displayName = `${number} ${middle} end`;
        await quickbooks.write(createCustomer(displayName), sending());
        const found = await customers(displayName);
        expect(found.map(({ DisplayName }) => DisplayName)).toEqual([displayName]);
      }),
      { numRuns: 60 },
    );
    const statement = select('Customer').where('DisplayName', '=', "x' OR Active = true").text();
    expect(await quickbooks.query(companyId, statement, free())).toEqual([]);
  });

  it('answers a long query sent as a body, and queries in a batch', async () => {
    const { quickbooks, companyId, createCustomer } = await setup();
    await quickbooks.write(createCustomer('Bay Supplies'), sending());
    const names = Array.from({ length: 300 }, (_, index) => `Nobody ${index}`);
    const long = select('Customer')
      .whereIn('DisplayName', [...names, 'Bay Supplies'])
      .text();
    expect(await quickbooks.query(companyId, long, free())).toHaveLength(1);
    const statements = [
      select('Customer').where('DisplayName', '=', 'Bay Supplies').text(),
      select('Customer').where('DisplayName', '=', 'Nobody').text(),
      select('Nothing').text(),
    ];
    expect(await quickbooks.queryBatch(companyId, statements, free())).toEqual([
      { kind: 'rows', rows: [expect.objectContaining({ DisplayName: 'Bay Supplies' })] },
      { kind: 'rows', rows: [] },
      expect.objectContaining({ kind: 'refused' }),
    ]);
  });

  it('lives on for months through refreshes and changing refresh tokens', async () => {
    const { quickbooks, companyId, ledger, passBoth } = await setup();
    const store = tokenStore(ledger);
    const values = new Set<string>();
    for (let day = 0; day < 20; day += 1) {
      passBoth(10 * DAY_MS);
      await quickbooks.read(companyId, 'companyinfo/1', free());
      const tokens = await store.read(companyId);
      values.add(tokens?.refreshToken ?? '');
      expect(tokens?.hardExpiresAt).toBeInstanceOf(Date);
    }
    expect(values.size).toBe(20);
  });

  it('keeps its tokens when the answer of a refresh is lost', async () => {
    const { quickbooks, companyId, passBoth, control, ledger } = await setup();
    passBoth(DAY_MS / 12);
    control.addFault({ match: { operation: 'token' }, at: 'after_commit', do: 'drop' });
    const read = () => quickbooks.read(companyId, 'companyinfo/1', free());
    await expect(read()).rejects.toThrow(QuickBooksUnavailable);
    await expect(read()).resolves.toBeDefined();
    expect(await tokenStore(ledger).read(companyId)).toMatchObject({ usable: true });
  });

  it('needs a reconnect once the owner disconnects inside QuickBooks', async () => {
    const { quickbooks, companyId, control, realmId, createCustomer, requests } = await setup();
    control.act(realmId, { do: 'disconnect' });
    await expect(quickbooks.write(createCustomer('Too Late'), sending())).rejects.toEqual(
      new ReconnectNeeded('refresh_token_refused'),
    );
    expect(requests.notes).toEqual(['sent 1', 'not_executed 1']);
    const read = quickbooks.read(companyId, 'companyinfo/1', free());
    await expect(read).rejects.toThrow(ReconnectNeeded);
    expect(control.log(realmId).commits).toHaveLength(0);
  });

  it.each(['xml', 'gateway_json'] as const)('pauses for a throttle in %s', async (shape) => {
    const { quickbooks, companyId, control } = await setup();
    control.addFault({ do: 'throttle', shape });
    const read = () => quickbooks.read(companyId, 'companyinfo/1', free());
    await expect(read()).rejects.toMatchObject({ name: 'Throttled', pauseMs: 60_000 });
    await expect(read()).rejects.toThrow(LaneBusy);
  });

  it('revokes what it was given', async () => {
    const { quickbooks, companyId, ledger } = await setup();
    const tokens = await tokenStore(ledger).read(companyId);
    if (tokens === undefined) throw new Error('No tokens');
    expect(await quickbooks.auth.revoke(tokens.refreshToken)).toBe('revoked');
    expect(await quickbooks.auth.revoke(tokens.refreshToken)).toBe('already_dead');
  });
});

describe('the limits of Intuit', () => {
  it('are kept without a single 429 while two clients push as hard as they can', async () => {
    const { client, companyId, control, realmId } = await setup();
    control.setLimits({ on: true, scale: 10 });
    const limits = {
      inFlight: 10,
      perSecond: 10,
      perMinute: 500,
      batchesPerMinute: 40,
      slotHoldMs: 130_000,
    };
    // A minute of theirs takes 6 s here; margins as on a machine that is busy with tests.
    const windows = { secondMs: 100, secondMarginMs: 50, minuteMs: 6_000, minuteMarginMs: 300 };
    // A turn is good for less than the margin, as it is where windows are whole.
    const waits = { laneTurnMs: 40 };
    const clients = await Promise.all([1, 2].map(() => client({ limits, windows, waits })));
    // More than a minute may have, of both kinds.
    const left = { calls: 550, batches: 45 };
    const push = async (call: () => Promise<unknown>, taken: () => void) => {
      while (left.calls > 0 || left.batches > 0) {
        await call().then(taken, (error: unknown) => {
          if (!(error instanceof LaneBusy) || error.paused) throw error;
        });
      }
    };
    const call = () => {
      left.calls -= 1;
    };
    const batch = () => {
      left.calls -= 1;
      left.batches -= 1;
    };
    await Promise.all(
      clients.flatMap((one) => [
        ...[1, 2, 3, 4].map(() => push(() => one.read(companyId, 'companyinfo/1', free()), call)),
        ...[1, 2].map(() =>
          push(() => one.queryBatch(companyId, ['SELECT * FROM Term'], free()), batch),
        ),
      ]),
    );
    const { counts } = control.log(realmId);
    expect(counts.throttled).toBe(0);
    expect(counts.calls).toBeGreaterThanOrEqual(550);
    expect(counts.batches).toBeGreaterThanOrEqual(45);
  });
});
