import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changes, freshCompany, groups } from './support/change-data.js';
import { list, saleLine, type TestCompany } from './support/company.js';

type Operation =
  | { do: 'invoice'; customer: string; cents: number }
  | { do: 'note' | 'void' | 'delete'; pick: number }
  | { do: 'name'; path: 'customer' | 'vendor'; name: string }
  | { do: 'rename' | 'deactivate'; customer: string };

const customer = fc.constantFrom('1', '2', '3');
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant('invoice' as const), customer, cents: fc.nat(90_000) }),
  fc.record({ do: fc.constantFrom('note' as const, 'void' as const), pick: fc.nat(5) }),
  fc.record({ do: fc.constant('delete' as const), pick: fc.nat(5) }),
  fc.record({
    do: fc.constant('name' as const),
    path: fc.constantFrom('customer' as const, 'vendor' as const),
    name: fc.constantFrom('Heron', 'Egret'),
  }),
  fc.record({ do: fc.constantFrom('rename' as const, 'deactivate' as const), customer }),
);

const TRACKED = ['Customer', 'Vendor', 'Invoice', 'Item', 'Account'];

async function perform(on: TestCompany, op: Operation): Promise<void> {
  const { control } = on.simulator;
  const stored = control.objects(on.realmId, 'pick' in op ? 'Invoice' : 'Customer');
  if (op.do === 'invoice')
    await on.post('invoice', {
      CustomerRef: { value: op.customer },
      Line: [saleLine('3', op.cents / 100)],
    });
  else if (op.do === 'name') await on.post(op.path, { DisplayName: op.name });
  else {
    const target =
      'pick' in op
        ? stored[op.pick % Math.max(1, stored.length)]
        : stored.find(({ Id }) => Id === op.customer);
    if (target === undefined) return;
    const key = { Id: target['Id'], SyncToken: target['SyncToken'], sparse: true };
    if (op.do === 'note') await on.post('invoice', { ...key, PrivateNote: 'note' });
    else if (op.do === 'rename') await on.post('customer', { ...key, Notes: 'note' });
    else if (op.do === 'deactivate') await on.post('customer', { ...key, Active: false });
    else await on.post(`invoice?operation=${op.do}`, key);
  }
}

/** What stands in a company as queries show it, by entity and id. */
async function standing(on: TestCompany): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const entity of TRACKED) {
    const which = entity === 'Invoice' ? '' : 'where Active in (true, false)';
    const rows = await on.query(`select * from ${entity} ${which} maxresults 1000`);
    for (const object of list(rows, entity)) {
      all.set(`${entity} ${String(object['Id'])}`, JSON.stringify(object));
    }
  }
  return all;
}

describe('whatever is done', () => {
  it('each change since the start appears once, as it now stands or as deleted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(operation, fc.nat(2)), { minLength: 1, maxLength: 14 }),
        async (operations) => {
          const fresh = await freshCompany();
          const { control } = fresh.simulator;
          const before = await standing(fresh);
          for (const [op, seconds] of operations) {
            control.setClock({ advanceMs: seconds * 1_000 });
            await perform(fresh, op);
          }
          const expected: string[] = [];
          for (const [key, text] of await standing(fresh)) {
            if (before.get(key) !== text) expected.push(`${key} ${text}`);
          }
          for (const { operation: kind, entity, id } of control.log(fresh.realmId).commits) {
            if (kind === 'delete') expected.push(`${entity} ${id} deleted`);
          }
          const answers = groups(await changes(fresh, TRACKED.join(',')));
          const found = TRACKED.flatMap((entity, index) =>
            list(answers[index] ?? {}, entity).map((object) => {
              const state = object['status'] === 'Deleted' ? 'deleted' : JSON.stringify(object);
              return `${entity} ${String(object['Id'])} ${state}`;
            }),
          );
          expect(found.sort()).toEqual(expected.sort());
          await fresh.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});
