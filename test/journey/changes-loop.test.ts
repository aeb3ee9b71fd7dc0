import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import {
  type Journey,
  pullChanges,
  runsEnded,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { anOldInvoice } from '../support/old-invoices.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';

/** What happens next, on either side. */
type Step =
  /** The app states its invoice as it knows it, with everything it believes was paid. */
  | { do: 'state'; invoice: number }
  /** The app receives money of its own. */
  | { do: 'receive'; invoice: number; amount: number }
  /** Somebody receives money in QuickBooks. */
  | { do: 'pay'; invoice: number; amount: number }
  | { do: 'unpay'; invoice: number }
  | { do: 'edit'; invoice: number }
  /** The app receives money of its own while changes are being read. */
  | { do: 'receive_meanwhile'; invoice: number; amount: number }
  /** Something is done to an old invoice that was brought before: by the app, or in QuickBooks. */
  | { do: 'old'; how: 'state' | 'withdraw' | 'edit' | 'pay' }
  | { do: 'pull' };

const anInvoiceOf = fc.integer({ min: 0, max: 1 });
const amounts = fc.constantFrom(10, 15, 20);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('state' as const), invoice: anInvoiceOf }),
    fc.record({ do: fc.constant('receive' as const), invoice: anInvoiceOf, amount: amounts }),
    fc.record({ do: fc.constant('pay' as const), invoice: anInvoiceOf, amount: amounts }),
    fc.record({ do: fc.constant('unpay' as const), invoice: anInvoiceOf }),
    fc.record({ do: fc.constant('edit' as const), invoice: anInvoiceOf }),
    fc.record({
      do: fc.constant('receive_meanwhile' as const),
      invoice: anInvoiceOf,
      amount: amounts,
    }),
    fc.record({
      do: fc.constant('old' as const),
      how: fc.constantFrom('state' as const, 'withdraw' as const, 'edit' as const, 'pay' as const),
    }),
    fc.record({ do: fc.constant('pull' as const) }),
  ),
  { minLength: 4, maxLength: 12 },
);

/** One invoice as both sides know it. */
interface Side {
  number: string;
  /** Money the app received itself. */
  own: { externalId: string; amount: number }[];
  /** Money received in QuickBooks, by its id there. */
  theirs: Map<string, number>;
  /** What of that the app has heard, and says again. */
  heard: Map<string, number>;
  memo: number;
}

const TOTAL = 100;
const OLD = anOldInvoice('501', { TotalAmt: 8_000, Balance: 8_000 });

// Whatever both sides do in whatever order: each invoice is in QuickBooks once, money is counted once,
// and once both are quiet nothing goes on by itself.
describe.each([
  ['known by a mark', true],
  ['known by their answers alone', false],
])('C28 both directions at once, our writes %s', (_, provenanceMark) => {
  let journey: Journey;
  let company: SalesCompany;
  let runs = 0;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, {
      settings: {
        modules: ['invoice', 'payment', 'customer'],
        imports: { contacts: true },
        payments: true,
        provenanceMark,
      },
    });
    // The customer was there before: its first invoice brings it to the app, once and for all.
    await company.invoice('FIRST');
    await waitForStatus(journey, company.id, 'invoice', 'FIRST', 'synced');
    journey.simulator.control.load(company.realmId, { Invoice: [OLD] });
    await journey.client.startRun(company.id, 'import_invoices');
    await runsEnded(journey, company.id);
    await pullChanges(journey, company.id);
  });
  afterAll(() => journey?.close());

  const sum = (amounts: Iterable<number>) => [...amounts].reduce((all, one) => all + one, 0);
  const idOf = ({ number }: Side) => String(company.invoices(number)[0]?.['Id']);
  const paid = ({ own, theirs }: Side) =>
    sum(own.map(({ amount }) => amount)) + sum(theirs.values());

  function statement({ number, own, heard, memo }: Side): Partial<InvoiceInput> {
    const payments = [
      ...own.map(({ externalId, amount }) => row(externalId, amount)),
      ...[...heard].map(([id, amount]) => row(`${number}-qb-${id}`, amount)),
    ];
    const all = sum(own.map(({ amount }) => amount)) + sum(heard.values());
    return { memo: `memo ${memo}`, payments, amountPaid: `${all}.00` };
  }
  const row = (externalId: string, amount: number) => ({
    externalId,
    date: '2026-11-21',
    amount: `${amount}.00`,
  });

  async function state(side: Side): Promise<void> {
    await company.invoice(side.number, statement(side));
    await settled(side);
  }

  async function settled({ number, own, heard }: Side): Promise<void> {
    await waitForStatus(journey, company.id, 'invoice', number, ['synced', 'failed']);
    const payments = [
      ...own.map(({ externalId }) => externalId),
      ...[...heard.keys()].map((id) => `${number}-qb-${id}`),
    ];
    for (const externalId of payments) {
      await waitForStatus(journey, company.id, 'payment', externalId, [
        'synced',
        'skipped',
        'failed',
      ]);
    }
  }

  /** What people in QuickBooks have done to it so far. */
  const old = { paid: 0, dueOn: String(OLD['DueDate']) };

  async function playOld({ how }: Extract<Step, { do: 'old' }>): Promise<void> {
    const { control } = journey.simulator;
    switch (how) {
      case 'state':
        await company.invoice('OLD-501', {
          recordId: '501',
          memo: `run ${runs}`,
          payments: [row(`OLD-${runs}`, 10)],
        });
        return;
      case 'withdraw':
        await company.invoice('OLD-501', { recordId: '501' });
        await journey.client.withdraw(company.id, 'invoice', 'OLD-501');
        return;
      case 'edit':
        old.dueOn = `2026-12-${10 + (runs % 18)}`;
        company.quickbooks.edit('Invoice', '501', { DueDate: old.dueOn });
        return;
      case 'pay':
        old.paid += 10;
        control.act(company.realmId, { do: 'pay', invoice: '501', amount: 10 });
    }
  }

  async function play(side: Side, step: Exclude<Step, { do: 'pull' | 'old' }>): Promise<void> {
    const { control } = journey.simulator;
    switch (step.do) {
      case 'state':
        side.memo += 1;
        return state(side);
      case 'receive_meanwhile': {
        const pulled = pullChanges(journey, company.id);
        await play(side, { ...step, do: 'receive' });
        await pulled;
        return;
      }
      case 'receive':
        if (paid(side) + step.amount > TOTAL) return;
        side.own.push({
          externalId: `${side.number}-own-${side.own.length}`,
          amount: step.amount,
        });
        return state(side);
      case 'pay': {
        if (paid(side) + step.amount > TOTAL) return;
        const { object } = control.act(company.realmId, {
          do: 'pay',
          invoice: idOf(side),
          amount: step.amount,
        });
        side.theirs.set(String(object?.['Id']), step.amount);
        return;
      }
      case 'unpay': {
        const [id] = [...side.theirs.keys()].filter((one) => !side.heard.has(one));
        if (id === undefined) return;
        control.act(company.realmId, { do: 'delete', entity: 'Payment', id });
        side.theirs.delete(id);
        return;
      }
      case 'edit':
        side.memo += 1;
        company.quickbooks.edit('Invoice', idOf(side), {
          DueDate: `2026-12-${10 + (side.memo % 18)}`,
        });
    }
  }

  it('makes nothing twice, counts money once, and comes to rest', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        runs += 1;
        const sides = [0, 1].map(
          (index): Side => ({
            number: `R${runs}-${index}`,
            own: [],
            theirs: new Map(),
            heard: new Map(),
            memo: 0,
          }),
        );
        for (const side of sides) await state(side);
        const events = told(journey, company.id);
        await events();
        for (const step of all) {
          if (step.do === 'pull') {
            await pullChanges(journey, company.id);
            // The app reads what was told, and says it again with its next statement.
            for (const side of sides) side.heard = new Map(side.theirs);
          } else if (step.do === 'old') {
            await playOld(step);
          } else {
            const side = sides[step.invoice];
            if (side !== undefined) await play(side, step);
          }
        }
        await pullChanges(journey, company.id);
        for (const side of sides) {
          side.heard = new Map(side.theirs);
          await state(side);
        }
        await pullChanges(journey, company.id);
        const heard = await events();
        await pullChanges(journey, company.id);
        expect(await events()).toEqual([]);

        for (const side of sides) {
          expect(company.invoices(side.number)).toHaveLength(1);
          expect(company.invoices(side.number)[0]).toMatchObject({ Balance: TOTAL - paid(side) });
          const answer = await journey.client.document(company.id, 'invoice', side.number);
          expect(answer).toMatchObject({
            status: 'synced',
            quickbooks: { balance: `${TOTAL - paid(side)}.00` },
          });
          // Of money in QuickBooks the app heard once each, and of its own never.
          const recorded = heard.filter(
            (event) => event === `payment.recorded invoice ${side.number}`,
          );
          const removed = heard.filter(
            (event) => event === `payment.removed invoice ${side.number}`,
          );
          expect(recorded.length - removed.length).toBe(side.theirs.size);
        }
        expect(heard.filter((event) => event.startsWith('contact'))).toEqual([]);
        expect(heard.filter((event) => /OLD|501|^invoice/.test(event))).toEqual([]);
        expect(company.quickbooks.where('Invoice', 'DocNumber', 'OLD-501')).toMatchObject([
          { Id: '501', TotalAmt: 8_000, Balance: 8_000 - old.paid, DueDate: old.dueOn },
        ]);
      }),
      { numRuns: 8, seed: 20_261_122, endOnFailure: true },
    );
  });
});
