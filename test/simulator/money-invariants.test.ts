import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../src/simulator/index.js';
import { CHECKING, OPENING_EQUITY, RECEIVABLE, sparse, UNDEPOSITED } from './support/books.js';
import { list, member, saleLine, startCompany, type TestCompany } from './support/company.js';

// One family (1 with the sub-customers made below it) and a stranger.
const PAYERS = ['1', '2'];

const pick = fc.nat(11);
const payer = fc.nat(3);
const cents = fc.integer({ min: 1, max: 30_000 });
const applied = fc.array(fc.record({ pick, cents }), { maxLength: 3 });

const operation = fc.oneof(
  fc.record({ do: fc.constantFrom('invoice' as const, 'creditmemo' as const), payer, cents }),
  fc.record({ do: fc.constant('resize' as const), pick, cents }),
  fc.record({ do: fc.constant('resizeCredit' as const), pick, cents }),
  fc.record({ do: fc.constant('pay' as const), payer, cents, applied }),
  fc.record({ do: fc.constant('payEntry' as const), payer, pick, cents }),
  fc.record({ do: fc.constant('credit' as const), payer, pick, other: pick, cents }),
  fc.record({ do: fc.constant('reapply' as const), pick, cents, applied }),
  fc.record({ do: fc.constant('note' as const), pick }),
  fc.record({
    do: fc.constantFrom('void' as const, 'delete' as const),
    path: fc.constantFrom('invoice', 'payment', 'creditmemo', 'deposit', 'journalentry'),
    pick,
  }),
  fc.record({ do: fc.constant('deposit' as const), pick, cents }),
  fc.record({ do: fc.constant('entry' as const), payer, cents, credit: fc.boolean() }),
  fc.record({ do: fc.constant('merge' as const), from: payer, into: payer }),
);

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const centsOf = (value: unknown) => Math.round(Number(value ?? 0) * 100);

class Model {
  constructor(
    private readonly company: TestCompany,
    private readonly payers: readonly string[],
  ) {}

  all(entity: string): JsonObject[] {
    return this.company.simulator.control.objects(this.company.realmId, entity);
  }

  one(entity: string, pick: number): JsonObject | undefined {
    const all = this.all(entity);
    return all.length === 0 ? undefined : all[pick % all.length];
  }

  payer(index: number): JsonObject {
    return { value: this.payers[index % this.payers.length] };
  }

  links(picks: readonly { pick: number; cents: number }[]): JsonObject[] {
    return picks.flatMap((each) => {
      const invoice = this.one('Invoice', each.pick);
      return invoice === undefined ? [] : [linked(each.cents, invoice, 'Invoice')];
    });
  }

  /** The call an operation makes, or undefined where there is nothing to do it to. */
  call(op: Operation): [path: string, body: JsonObject] | undefined {
    switch (op.do) {
      case 'invoice':
      case 'creditmemo':
        return [
          op.do,
          { CustomerRef: this.payer(op.payer), Line: [saleLine('3', op.cents / 100)] },
        ];
      case 'pay': {
        const Line = this.links(op.applied);
        const CustomerRef = this.payer(op.payer);
        return ['payment', { CustomerRef, TotalAmt: op.cents / 100, Line }];
      }
      case 'entry':
        return ['journalentry', entry(this.payer(op.payer), op.cents, op.credit)];
      case 'payEntry': {
        const owed = this.one('JournalEntry', op.pick);
        const Line = owed === undefined ? [] : [linked(op.cents, owed, 'JournalEntry')];
        return ['payment', { CustomerRef: this.payer(op.payer), TotalAmt: op.cents / 100, Line }];
      }
      case 'credit': {
        const [invoice, memo] = [this.one('Invoice', op.pick), this.one('CreditMemo', op.other)];
        if (invoice === undefined || memo === undefined) return undefined;
        const Line = [linked(op.cents, invoice, 'Invoice'), linked(op.cents, memo, 'CreditMemo')];
        return ['payment', { CustomerRef: this.payer(op.payer), TotalAmt: 0, Line }];
      }
      default:
        return this.change(op);
    }
  }

  private change(op: Operation): [path: string, body: JsonObject] | undefined {
    const on = (entity: string, index: number, query: string, changes: JsonObject) => {
      const stored = this.one(entity, index);
      const path = `${entity.toLowerCase()}${query}`;
      return stored && ([path, sparse(stored, changes)] satisfies [string, JsonObject]);
    };
    switch (op.do) {
      case 'resize':
        return on('Invoice', op.pick, '', { Line: [saleLine('3', op.cents / 100)] });
      case 'resizeCredit':
        return on('CreditMemo', op.pick, '', { Line: [saleLine('3', op.cents / 100)] });
      case 'note':
        return on('Payment', op.pick, '', { PrivateNote: 'a' });
      case 'reapply': {
        const changes = { TotalAmt: op.cents / 100, Line: this.links(op.applied) };
        return on('Payment', op.pick, '', changes);
      }
      case 'void':
      case 'delete': {
        const entity = ENTITIES.find((name) => name.toLowerCase() === op.path) ?? '';
        return on(entity, op.pick, `?operation=${op.do}`, {});
      }
      case 'deposit': {
        const payment = this.one('Payment', op.pick);
        const Line = [
          { Amount: op.cents / 100, DetailType: 'DepositLineDetail', DepositLineDetail: EQUITY },
          ...(payment === undefined ? [] : [linked(0, payment, 'Payment')]),
        ];
        return ['deposit', { DepositToAccountRef: { value: CHECKING }, Line }];
      }
      default:
        return undefined;
    }
  }

  /** A merge that is refused changes nothing, as a call that is refused. */
  merge(from: number, into: number): void {
    const { control } = this.company.simulator;
    const [one, other] = [this.payer(from), this.payer(into)];
    try {
      control.act(this.company.realmId, {
        do: 'merge',
        entity: 'Customer',
        from: String(one['value']),
        into: String(other['value']),
      });
    } catch (error) {
      expect(String(error)).toMatch(/Customer/);
    }
  }
}

const ENTITIES = ['Invoice', 'Payment', 'CreditMemo', 'Deposit', 'JournalEntry'];
const EQUITY = { AccountRef: { value: OPENING_EQUITY } };

const linked = (amount: number, target: JsonObject, TxnType: string): JsonObject => ({
  Amount: amount / 100,
  LinkedTxn: [{ TxnId: target['Id'], TxnType }],
});

function entry(customer: JsonObject, amount: number, credit: boolean): JsonObject {
  const side = (PostingType: string, account: string, members: JsonObject = {}): JsonObject => ({
    Amount: amount / 100,
    DetailType: 'JournalEntryLineDetail',
    JournalEntryLineDetail: { PostingType, AccountRef: { value: account }, ...members },
  });
  const Entity = { Type: 'Customer', EntityRef: customer };
  return {
    Line: [
      side(credit ? 'Credit' : 'Debit', RECEIVABLE, { Entity }),
      side(credit ? 'Debit' : 'Credit', OPENING_EQUITY),
    ],
  };
}

/** What payments apply to a transaction, and by whom. */
function applications(model: Model): Map<string, { cents: number; payments: Set<string> }> {
  const found = new Map<string, { cents: number; payments: Set<string> }>();
  for (const payment of model.all('Payment')) {
    for (const line of list(payment, 'Line')) {
      const [link] = list(line, 'LinkedTxn');
      const key = `${String(link?.['TxnType'])} ${String(link?.['TxnId'])}`;
      const known = found.get(key) ?? { cents: 0, payments: new Set<string>() };
      known.cents += centsOf(line['Amount']);
      known.payments.add(String(payment['Id']));
      found.set(key, known);
    }
  }
  return found;
}

function checkOpenAmounts(model: Model): void {
  const found = applications(model);
  for (const invoice of model.all('Invoice')) {
    const own = found.get(`Invoice ${String(invoice['Id'])}`);
    const open = centsOf(invoice['TotalAmt']) - (own?.cents ?? 0);
    expect(centsOf(invoice['Balance'])).toBe(open);
    expect(open).toBeGreaterThanOrEqual(0);
    const listed = list(invoice, 'LinkedTxn').map(({ TxnId }) => String(TxnId));
    expect(listed.sort()).toEqual([...(own?.payments ?? [])].sort());
  }
  for (const memo of model.all('CreditMemo')) {
    const own = found.get(`CreditMemo ${String(memo['Id'])}`);
    const open = centsOf(memo['TotalAmt']) - (own?.cents ?? 0);
    expect(centsOf(memo['RemainingCredit'])).toBe(open);
    expect(open).toBeGreaterThanOrEqual(0);
  }
}

function checkPayments(model: Model): void {
  const deposited = new Map<string, string>();
  for (const deposit of model.all('Deposit')) {
    for (const line of list(deposit, 'Line')) {
      const [link] = list(line, 'LinkedTxn');
      if (link !== undefined) deposited.set(String(link['TxnId']), String(deposit['Id']));
    }
  }
  for (const payment of model.all('Payment')) {
    let net = 0;
    for (const line of list(payment, 'Line')) {
      const credits = list(line, 'LinkedTxn')[0]?.['TxnType'] === 'CreditMemo';
      net += (credits ? -1 : 1) * centsOf(line['Amount']);
    }
    expect(centsOf(payment['UnappliedAmt'])).toBe(centsOf(payment['TotalAmt']) - net);
    expect(net).toBeGreaterThanOrEqual(0);
    const holder = deposited.get(String(payment['Id']));
    const shown = list(payment, 'LinkedTxn').map(({ TxnId }) => TxnId);
    expect(shown).toEqual(holder === undefined ? [] : [holder]);
  }
}

/** Everything owed, from the open amounts alone: nothing here knows of postings. */
function checkBalances(model: Model): void {
  const found = applications(model);
  const owed = new Map<string, number>();
  const add = (object: JsonObject, change: number) => {
    const id = String(member(object, 'CustomerRef')['value']);
    owed.set(id, (owed.get(id) ?? 0) + change);
  };
  for (const each of model.all('Invoice')) add(each, centsOf(each['Balance']));
  for (const each of model.all('CreditMemo')) add(each, -centsOf(each['RemainingCredit']));
  for (const each of model.all('Payment')) add(each, -centsOf(each['UnappliedAmt']));
  for (const each of model.all('JournalEntry')) {
    const [line] = list(each, 'Line');
    const detail = member(line ?? {}, 'JournalEntryLineDetail');
    const sign = detail['PostingType'] === 'Credit' ? -1 : 1;
    const paid = found.get(`JournalEntry ${String(each['Id'])}`)?.cents ?? 0;
    const amount = sign * (centsOf(line?.['Amount']) - paid);
    add({ CustomerRef: member(member(detail, 'Entity'), 'EntityRef') }, amount);
  }
  let receivable = 0;
  const below = new Map<string, number>();
  for (const customer of model.all('Customer')) {
    const own = owed.get(String(customer['Id'])) ?? 0;
    expect([customer['Id'], centsOf(customer['Balance'])]).toEqual([customer['Id'], own]);
    receivable += own;
    const parent = customer['ParentRef'];
    if (parent === undefined) continue;
    const id = String(member(customer, 'ParentRef')['value']);
    below.set(id, (below.get(id) ?? 0) + centsOf(customer['BalanceWithJobs']));
  }
  for (const customer of model.all('Customer')) {
    const withJobs = centsOf(customer['Balance']) + (below.get(String(customer['Id'])) ?? 0);
    expect(centsOf(customer['BalanceWithJobs'])).toBe(withJobs);
  }
  checkAccounts(model, receivable);
}

function checkAccounts(model: Model, receivable: number): void {
  const sum = (entity: string, memberName: string) =>
    model.all(entity).reduce((total, each) => total + centsOf(each[memberName]), 0);
  const accounts = model.all('Account');
  const balance = (id: string) => centsOf(accounts.find(({ Id }) => Id === id)?.['CurrentBalance']);
  expect(balance(RECEIVABLE)).toBe(receivable);
  const inHand = model
    .all('Payment')
    .filter((payment) => list(payment, 'LinkedTxn').length === 0)
    .reduce((total, each) => total + centsOf(each['TotalAmt']), 0);
  expect(balance(UNDEPOSITED)).toBe(inHand);
  expect(balance(CHECKING)).toBe(sum('Deposit', 'TotalAmt'));
  // What the balance sheet is out by is the profit, which accounts of income do not show.
  const profit = sum('Invoice', 'TotalAmt') - sum('CreditMemo', 'TotalAmt');
  expect(accounts.reduce((total, each) => total + centsOf(each['CurrentBalance']), 0)).toBe(profit);
}

/** Objects by entity and id, without what moves together with nothing else of them. */
function states(model: Model): Map<string, { token: number; content: string }> {
  const found = new Map<string, { token: number; content: string }>();
  for (const entity of ENTITIES) {
    for (const object of model.all(entity)) {
      const { SyncToken, MetaData: _, ...rest } = object;
      const content = entity === 'Payment' ? { ...rest, LinkedTxn: null } : rest;
      found.set(`${entity} ${String(object['Id'])}`, {
        token: Number(SyncToken),
        content: JSON.stringify(content, (key, value) => (key === 'LineEx' ? null : value)),
      });
    }
  }
  return found;
}

function checkTokens(before: ReturnType<typeof states>, after: ReturnType<typeof states>): void {
  for (const [key, now] of after) {
    const was = before.get(key);
    if (was === undefined) continue;
    const changed = was.content !== now.content;
    expect([key, now.token > was.token]).toEqual([key, changed]);
  }
}

describe('whatever is done with money', () => {
  it('balances follow from what is open, books balance, tokens tell of changes', async () => {
    const sequences = fc.array(operation, { minLength: 1, maxLength: 20, size: 'max' });
    await fc.assert(
      fc.asyncProperty(sequences, async (operations) => {
        const company = await startCompany();
        company.simulator.control.setBehaviours({ paysInvoicesOf: 'family' });
        const { control } = company.simulator;
        const below = async (DisplayName: string, parent: string) => {
          const body = { DisplayName, Job: true, ParentRef: { value: parent } };
          const reply = await company.post('customer', body);
          return String(member(reply.body, 'Customer')['Id']);
        };
        const site = await below('Site', '1');
        const model = new Model(company, [...PAYERS, site, await below('Floor', site)]);
        for (const [index, op] of operations.entries()) {
          const before = states(model);
          if (op.do === 'merge') {
            model.merge(op.from, op.into);
          } else {
            const call = model.call(op);
            if (call === undefined) continue;
            const [path, body] = call;
            const keyed = `${path}${path.includes('?') ? '&' : '?'}requestid=r-${index}`;
            const first = await company.post(keyed, body);
            const { commits } = control.log(company.realmId).counts;
            expect((await company.post(keyed, body)).text).toBe(first.text);
            expect(control.log(company.realmId).counts.commits).toBe(commits);
            checkTokens(before, states(model));
          }
          checkOpenAmounts(model);
          checkPayments(model);
          checkBalances(model);
        }
        await company.close();
      }),
      { numRuns: 30 },
    );
  });
});
