import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SortedIndex } from '../../src/simulator/engine/sorted-index.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { list, member, saleLine, startCompany, type TestCompany } from './support/company.js';

const CUSTOMERS = ['1', '2', '3'];

type Operation =
  | { do: 'invoice'; customer: string; cents: number[]; taxed: boolean }
  | { do: 'change'; pick: number; customer: string; cents: number[] }
  | { do: 'note'; pick: number; note: string }
  | { do: 'void' | 'delete'; pick: number }
  | { do: 'name'; path: 'customer' | 'vendor' | 'employee'; name: string }
  | { do: 'rename'; customer: string; name: string }
  | { do: 'active'; customer: string; active: boolean };

const pick = fc.nat(9);
const customer = fc.constantFrom(...CUSTOMERS);
const cents = fc.array(fc.integer({ min: 0, max: 500_000 }), { minLength: 1, maxLength: 4 });
const name = fc.constantFrom('Heron', 'heron', 'Egret', ' Egret ', 'Stork (deleted)');

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant('invoice' as const), customer, cents, taxed: fc.boolean() }),
  fc.record({ do: fc.constant('change' as const), pick, customer, cents }),
  fc.record({ do: fc.constant('note' as const), pick, note: fc.constantFrom('a', 'b') }),
  fc.record({ do: fc.constantFrom('void' as const, 'delete' as const), pick }),
  fc.record({
    do: fc.constant('name' as const),
    path: fc.constantFrom('customer' as const, 'vendor' as const, 'employee' as const),
    name,
  }),
  fc.record({ do: fc.constant('rename' as const), customer, name }),
  fc.record({ do: fc.constant('active' as const), customer, active: fc.boolean() }),
);

const lines = (amounts: readonly number[], taxed = false): JsonObject[] =>
  amounts.map((amount) =>
    saleLine('3', amount / 100, { TaxCodeRef: { value: taxed ? 'TAX' : 'NON' } }),
  );

/** The call an operation makes, or undefined where there is nothing to do it to. */
function callOf(company: TestCompany, op: Operation): [path: string, body: JsonObject] | undefined {
  const { control } = company.simulator;
  const stored = (entity: string, index: number): JsonObject | undefined => {
    const all = control.objects(company.realmId, entity);
    return all.length === 0 ? undefined : all[index % all.length];
  };
  const sparse = (object: JsonObject, changes: JsonObject): JsonObject => ({
    Id: object['Id'],
    SyncToken: object['SyncToken'],
    sparse: true,
    ...changes,
  });
  switch (op.do) {
    case 'invoice': {
      const Line = lines(op.cents, op.taxed);
      return ['invoice', { CustomerRef: { value: op.customer }, Line }];
    }
    case 'name':
      return [op.path, { DisplayName: op.name }];
    case 'rename':
    case 'active': {
      const target = stored('Customer', Number(op.customer) - 1);
      const changes = op.do === 'rename' ? { DisplayName: op.name } : { Active: op.active };
      return target && ['customer', sparse(target, changes)];
    }
    default: {
      const target = stored('Invoice', op.pick);
      if (target === undefined) return undefined;
      if (op.do === 'note') return ['invoice', sparse(target, { PrivateNote: op.note })];
      if (op.do !== 'change') return [`invoice?operation=${op.do}`, sparse(target, {})];
      const changes = { CustomerRef: { value: op.customer }, Line: lines(op.cents) };
      return ['invoice', sparse(target, changes)];
    }
  }
}

const centsOf = (value: unknown) => Math.round(Number(value) * 100);

function checkInvoices(company: TestCompany): void {
  const { control } = company.simulator;
  const owed = new Map<string, number>();
  for (const invoice of control.objects(company.realmId, 'Invoice')) {
    const amounts = list(invoice, 'Line').filter(({ Id }) => Id !== undefined);
    const sum = amounts.reduce((total, { Amount }) => total + centsOf(Amount), 0);
    const tax = centsOf(member(invoice, 'TxnTaxDetail')['TotalTax']);
    expect(centsOf(invoice['TotalAmt'])).toBe(sum + tax);
    const owner = String(member(invoice, 'CustomerRef')['value']);
    owed.set(owner, (owed.get(owner) ?? 0) + centsOf(invoice['Balance']));
  }
  for (const { Id, Balance } of control.objects(company.realmId, 'Customer')) {
    expect([Id, centsOf(Balance)]).toEqual([Id, owed.get(String(Id)) ?? 0]);
  }
}

function checkNames(company: TestCompany): void {
  const { control } = company.simulator;
  const names = ['Customer', 'Vendor', 'Employee']
    .flatMap((entity) => control.objects(company.realmId, entity))
    .filter(({ Active }) => Active === true)
    .map(({ DisplayName }) => String(DisplayName).trim().toLowerCase());
  expect(new Set(names).size).toBe(names.length);
}

describe('whatever is done', () => {
  it('balances, names, tokens and replays keep their rules', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 14 }), async (operations) => {
        const company = await startCompany();
        const { control } = company.simulator;
        for (const [index, op] of operations.entries()) {
          const call = callOf(company, op);
          if (call === undefined) continue;
          const [path, body] = call;
          const keyed = `${path}${path.includes('?') ? '&' : '?'}requestid=r-${index}`;
          const first = await company.post(keyed, body);
          const commits = control.log(company.realmId).counts.commits;
          const replay = await company.post(keyed, body);
          expect(replay.text).toBe(first.text);
          expect(control.log(company.realmId).counts.commits).toBe(commits);
          checkInvoices(company);
          checkNames(company);
        }
        const tokens = new Map<string, number>();
        for (const commit of control.log(company.realmId).commits) {
          if (commit.operation === 'delete') continue;
          const key = `${commit.entity} ${commit.id}`;
          const before = tokens.get(key) ?? (commit.operation === 'create' ? -1 : 0);
          expect(Number(commit.syncToken)).toBe(before + 1);
          tokens.set(key, before + 1);
        }
        await company.close();
      }),
      { numRuns: 40 },
    );
  });

  it('queries answer what a plain filter answers', async () => {
    const company = await startCompany();
    const bodies = Array.from({ length: 40 }, (_, index) => ({
      CustomerRef: { value: CUSTOMERS[index % 3] ?? '1' },
      TxnDate: `2026-${String((index % 12) + 1).padStart(2, '0')}-10`,
      Line: lines([((index * 37) % 20) * 1000]),
    }));
    for (const body of bodies) await company.post('invoice', body);
    const rows = company.simulator.control.objects(company.realmId, 'Invoice');
    const value = (row: JsonObject, property: string) =>
      property === 'CustomerRef' ? member(row, property)['value'] : row[property];
    const comparison = fc.constantFrom('=', '<', '>', '<=', '>=');
    const condition = fc.oneof(
      fc.tuple(
        fc.constant('TotalAmt'),
        comparison,
        fc.integer({ min: 0, max: 200 }).map((n) => String(n * 10)),
      ),
      fc.tuple(
        fc.constant('TxnDate'),
        comparison,
        fc.integer({ min: 1, max: 12 }).map((m) => `2026-${String(m).padStart(2, '0')}-10`),
      ),
      fc.tuple(fc.constant('CustomerRef'), fc.constant('='), customer),
      fc.tuple(
        fc.constant('DocNumber'),
        fc.constant('='),
        fc.integer({ min: 1001, max: 1045 }).map(String),
      ),
    );
    const holds = (row: JsonObject, [property, operator, literal]: [string, string, string]) => {
      const own = value(row, property);
      const [a, b] =
        property === 'TotalAmt' ? [Number(own), Number(literal)] : [String(own), literal];
      if (operator === '=') return a === b;
      if (operator === '<') return a < b;
      if (operator === '>') return a > b;
      return operator === '<=' ? a <= b : a >= b;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(condition, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (conditions, byDate) => {
          const where = conditions.map(([p, o, v]) => `${p} ${o} '${v}'`).join(' AND ');
          const order = byDate ? 'TxnDate, Id' : 'Id';
          const statement = `select * from Invoice where ${where} orderby ${order} maxresults 1000`;
          const found = list(await company.query(statement), 'Invoice').map(({ Id }) => Id);
          const expected = rows
            .filter((row) => conditions.every((one) => holds(row, one)))
            .sort((a, b) =>
              byDate && a['TxnDate'] !== b['TxnDate']
                ? String(a['TxnDate']).localeCompare(String(b['TxnDate']))
                : Number(a['Id']) - Number(b['Id']),
            )
            .map(({ Id }) => Id);
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
    await company.close();
  });
});

describe('the sorted index', () => {
  it('holds the same order as a sorted list, across chunks', () => {
    const step = fc.record({ key: fc.integer({ min: 0, max: 50 }), remove: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 0, maxLength: 3000, size: 'max' }),
        fc.nat(60),
        fc.nat(2000),
        (steps, from, skip) => {
          const index = new SortedIndex<{ key: number; tie: number }>((a, b) => a.tie - b.tie);
          const model: { key: number; tie: number }[] = [];
          for (const [tie, { key, remove }] of steps.entries()) {
            const victim = remove ? model.findIndex((row) => row.key === key) : -1;
            const [gone] = victim < 0 ? [] : model.splice(victim, 1);
            if (gone !== undefined) index.remove(gone.key, gone);
            else {
              const row = { key, tie };
              model.push(row);
              index.insert(key, row);
            }
          }
          model.sort((a, b) => a.key - b.key || a.tie - b.tie);
          expect(index.size).toBe(model.length);
          expect([...index.rows({ from: skip })]).toEqual(model.slice(skip));
          expect([...index.rows({ to: skip, descending: true })]).toEqual(
            model.slice(0, skip).reverse(),
          );
          const above = model.filter(({ key }) => key >= from);
          expect([...index.rows({ from: index.placeOf(from) })]).toEqual(above);
          const after = model.filter(({ key }) => key > from);
          expect([...index.rows({ from: index.placeOf(from, true) })]).toEqual(after);
          expect(index.keyAt(skip)).toBe(model[skip]?.key);
        },
      ),
      { numRuns: 30 },
    );
  });
});
