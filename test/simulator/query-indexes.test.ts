import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/simulator/index.js';
import { list, startCompany } from './support/company.js';

// Statements are answered from indexes where there are many objects and by looking at each where
// there are few. Both must answer what a plain filter and sort of all objects answers, in order.

type Operator = '=' | '<' | '>' | '<=' | '>=' | 'IN' | 'LIKE';

interface Condition {
  member: string;
  operator: Operator;
  values: string[];
}

interface Ordering {
  member: string;
  descending: boolean;
}

const CHANGED = 'MetaData.LastUpdatedTime';
const TEXTS = [
  'Heron',
  'heron',
  'HERON 2',
  'Egret',
  'egret 10%',
  'Stork (old)',
  "O'Rail",
  '\\rail',
];
const DATES = ['2026-01-31', '2026-02-01', '2026-02-28', '2025-12-31'];
const TIMES = [0, 1, 2, 60, 3_600].map(
  (seconds) => `${new Date(Date.UTC(2026, 4, 1, 7) + seconds * 1000).toISOString().slice(0, 19)}Z`,
);
const NUMBERS = ['0', '1.5', '2', '10', '-3'];
const CUSTOMERS = ['1', '2', '13'];

const POOLS: Readonly<Record<string, readonly string[]>> = {
  DisplayName: TEXTS,
  FullyQualifiedName: TEXTS,
  CompanyName: TEXTS,
  DocNumber: TEXTS,
  PrimaryEmailAddr: ['a@example.com', 'B@example.com', 'b@example.com'],
  TxnDate: DATES,
  DueDate: DATES,
  [CHANGED]: TIMES,
  Balance: NUMBERS,
  TotalAmt: NUMBERS,
  CustomerRef: CUSTOMERS,
  Active: ['true', 'false'],
};

const ENTITIES = {
  Invoice: {
    filters: ['DocNumber', 'TxnDate', 'DueDate', CHANGED, 'Balance', 'TotalAmt', 'CustomerRef'],
    orders: ['DocNumber', 'TxnDate', 'DueDate', CHANGED, 'Balance', 'TotalAmt', 'Id'],
    usual: { member: CHANGED, descending: true },
  },
  Customer: {
    filters: ['DisplayName', 'CompanyName', 'PrimaryEmailAddr', CHANGED, 'Balance', 'Active'],
    orders: ['DisplayName', 'CompanyName', CHANGED, 'Balance', 'Active', 'Id'],
    usual: { member: 'FullyQualifiedName', descending: false },
  },
} as const;

type Entity = keyof typeof ENTITIES;

const poolOf = (member: string) => fc.constantFrom(...(POOLS[member] ?? ['']));

function conditionOn(member: string): fc.Arbitrary<Condition> {
  const value = poolOf(member);
  const compared = fc.record({
    member: fc.constant(member),
    operator: fc.constantFrom(
      '=' as const,
      '<' as const,
      '>' as const,
      '<=' as const,
      '>=' as const,
    ),
    values: fc.tuple(fc.oneof({ weight: 8, arbitrary: value }, fc.constant(' '))),
  });
  const inList = fc.record({
    member: fc.constant(member),
    operator: fc.constant('IN' as const),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  });
  const cut = fc.tuple(value, fc.nat(4), fc.constantFrom('x%', '%x', '%x%', 'x', 'x%x'));
  const like = cut.map(([text, length, shape]): Condition => {
    const part = text.slice(0, length + 1);
    return { member, operator: 'LIKE', values: [shape.replaceAll('x', part)] };
  });
  const isText = typeof POOLS[member]?.[0] === 'string' && (POOLS[member] ?? []) === TEXTS;
  return (isText ? fc.oneof(compared, inList, like) : fc.oneof(compared, inList)).filter(
    // Only `=` knows the blank that stands for no value.
    ({ operator, values }) => operator === '=' || values.every((one) => one !== ' '),
  );
}

function statementOn(entity: Entity) {
  const { filters, orders } = ENTITIES[entity];
  return fc.record({
    conditions: fc.array(fc.constantFrom(...filters).chain(conditionOn), { maxLength: 3 }),
    orderings: fc.array(
      fc.record({ member: fc.constantFrom(...orders), descending: fc.boolean() }),
      { maxLength: 3 },
    ),
    start: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 400 })),
    max: fc.constantFrom(1, 7, 100, 300),
  });
}

const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

function where(conditions: readonly Condition[]): string {
  if (conditions.length === 0) return '';
  const words = conditions.map(({ member, operator, values }) =>
    operator === 'IN'
      ? `${member} IN (${values.map(quoted).join(', ')})`
      : `${member} ${operator} ${quoted(values[0] ?? '')}`,
  );
  return ` where ${words.join(' and ')}`;
}

function orderBy(orderings: readonly Ordering[]): string {
  if (orderings.length === 0) return '';
  const words = orderings.map(({ member, descending }) => `${member}${descending ? ' desc' : ''}`);
  return ` orderby ${words.join(', ')}`;
}

function valueAt(object: JsonObject, member: string): JsonValue | undefined {
  const inner = { CustomerRef: 'value', PrimaryEmailAddr: 'Address' }[member];
  const path = inner === undefined ? member.split('.') : [member, inner];
  return path.reduce<JsonValue | undefined>((value, part) => {
    const inside = typeof value === 'object' && value !== null && !Array.isArray(value);
    return inside ? value[part] : undefined;
  }, object);
}

const isNumber = (member: string) => POOLS[member] === NUMBERS;

function compared(member: string, value: JsonValue): string | number {
  if (isNumber(member)) return Number(value);
  return member === CHANGED ? Date.parse(String(value)) : String(value).toLowerCase();
}

function holds(object: JsonObject, { member, operator, values }: Condition): boolean {
  const own = valueAt(object, member);
  if (operator === '=' && values[0] === ' ') return own === undefined;
  if (own === undefined) return false;
  const key = compared(member, own);
  if (operator === 'LIKE') return isLike(String(key), (values[0] ?? '').toLowerCase());
  const [limit = ''] = values.map((value) => compared(member, value));
  switch (operator) {
    case '<':
      return key < limit;
    case '<=':
      return key <= limit;
    case '>':
      return key > limit;
    case '>=':
      return key >= limit;
    default:
      return values.some((value) => compared(member, value) === key);
  }
}

/** Letter by letter, on purpose not by a pattern. */
function isLike(text: string, pattern: string): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text === '';
  const others = rest.join('');
  if (first === '%') return isLike(text, others) || (text !== '' && isLike(text.slice(1), pattern));
  return text.startsWith(first) && isLike(text.slice(first.length), others);
}

/** Objects with the number of their last change. */
type Stored = [object: JsonObject, change: number][];

function inOrder(stored: Stored, asked: readonly Ordering[]): JsonObject[] {
  const byChange = asked.at(-1)?.member === CHANGED;
  const down = asked.at(-1)?.descending === true ? -1 : 1;
  const sortsAs = (object: JsonObject, member: string) => {
    const value = valueAt(object, member);
    if (value === undefined) return undefined;
    if (member === 'Id') return Number(value);
    return POOLS[member] === TEXTS ? String(value) : compared(member, value);
  };
  return [...stored]
    .sort(([a, changeA], [b, changeB]) => {
      for (const { member, descending } of asked) {
        const [left, right] = [sortsAs(a, member), sortsAs(b, member)];
        if (left === right) continue;
        const smaller = left === undefined || (right !== undefined && left < right);
        return smaller === descending ? 1 : -1;
      }
      return down * (byChange ? changeA - changeB : Number(a['Id']) - Number(b['Id']));
    })
    .map(([object]) => object);
}

/** Objects made from numbers, so that all values and their absence meet one another. */
function objectOf(entity: Entity, id: number, salt: number): JsonObject {
  const at = <Value>(pool: readonly Value[], step: number) =>
    pool[Math.floor((id * step + salt) / 3) % (pool.length + 1)];
  const MetaData = { CreateTime: TIMES[0], LastUpdatedTime: TIMES[(id * 5 + salt) % TIMES.length] };
  const Balance = Number(NUMBERS[(id + salt) % NUMBERS.length]);
  if (entity === 'Customer') {
    const DisplayName = TEXTS[(id + salt) % TEXTS.length];
    const CompanyName = at(TEXTS, 2);
    const Address = at(POOLS['PrimaryEmailAddr'] ?? [], 5);
    const named = { DisplayName, FullyQualifiedName: DisplayName, CompanyName };
    const mail = Address === undefined ? {} : { PrimaryEmailAddr: { Address } };
    return { Id: String(id), ...named, ...mail, Active: id % 4 !== 0, Balance, MetaData };
  }
  return {
    Id: String(id),
    DocNumber: at(TEXTS, 1),
    TxnDate: DATES[(id * 3 + salt) % DATES.length],
    DueDate: at(DATES, 7),
    CustomerRef: { value: CUSTOMERS[(id + salt) % CUSTOMERS.length] ?? '1' },
    TotalAmt: Number(NUMBERS[(id * 7 + salt) % NUMBERS.length]),
    Balance,
    MetaData,
  };
}

/** A company in which objects were stored, changed and, where they can be, deleted. */
async function filled(entity: Entity, count: number) {
  const company = await startCompany({ seed: 'empty' });
  const { control } = company.simulator;
  const changes = new Map<string, number>();
  const put = (ids: readonly number[], salt: number) => {
    control.load(company.realmId, { [entity]: ids.map((id) => objectOf(entity, id, salt)) });
    for (const id of ids) changes.set(String(id), changes.size + salt * 1_000_000 + id);
  };
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  put(ids, 0);
  // The first statements make indexes; what changes afterwards must reach them.
  for (const member of ENTITIES[entity].filters) {
    await company.query(`select * from ${entity} where ${member} = '2026-01-31'`).catch(() => ({}));
  }
  put(
    ids.filter((id) => id % 3 === 0),
    1,
  );
  for (const id of ids.filter((one) => entity === 'Invoice' && one % 11 === 0)) {
    control.act(company.realmId, { do: 'delete', entity, id: String(id) });
  }
  const stored = control
    .objects(company.realmId, entity)
    .map((object): Stored[number] => [object, changes.get(String(object['Id'])) ?? 0]);
  return { company, stored };
}

describe('a query answers what a filter and a sort of all objects answer', () => {
  it.each([
    ['Invoice', 40],
    ['Invoice', 1_200],
    ['Customer', 40],
    ['Customer', 1_200],
  ] as const)('%s, %i objects', async (entity, size) => {
    const { company, stored } = await filled(entity, size);
    await fc.assert(
      fc.asyncProperty(statementOn(entity), async ({ conditions, orderings, start, max }) => {
        const asksActive = conditions.some(({ member }) => member === 'Active');
        const matching = stored.filter(
          ([object]) =>
            (asksActive || object['Active'] !== false) &&
            conditions.every((condition) => holds(object, condition)),
        );
        const asked = orderings.length > 0 ? orderings : [ENTITIES[entity].usual];
        const expected = inOrder(matching, asked).slice(start - 1, start - 1 + max);
        const page = `startposition ${start} maxresults ${max}`;
        const from = `from ${entity}${where(conditions)}`;
        const answer = await company.query(`select * ${from}${orderBy(orderings)} ${page}`);
        expect(list(answer, entity).map(({ Id }) => Id)).toEqual(expected.map(({ Id }) => Id));
        const counted = await company.query(`select count(*) ${from}`);
        expect(counted).toEqual({ totalCount: matching.length });
      }),
      { numRuns: 80 },
    );
    await company.close();
  });
});
