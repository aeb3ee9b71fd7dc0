import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

// Whatever order payments are stated by the app, taken back, made in QuickBooks and told back in:
// QuickBooks holds each of them once, and nothing is ever made of a total.

type Step =
  | { do: 'state' | 'remove'; payment: number }
  | { do: 'pay'; cents: number }
  | { do: 'tell' };

const TOTAL_CENTS = 10_000;
/** Cents of each payment the app may state. */
const STATED_CENTS = [1_000, 2_500, 4_000];

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('state' as const), payment: fc.nat(2) }),
  fc.record({ do: fc.constant('remove' as const), payment: fc.nat(2) }),
  fc.record({ do: fc.constant('pay' as const), cents: fc.integer({ min: 1, max: 2_000 }) }),
  fc.constant({ do: 'tell' as const }),
);

let journey: Journey;
let company: SalesCompany;
let runs = 0;

beforeAll(async () => {
  journey = await startJourney();
  company = await salesCompany(journey, { settings: { modules: ['invoice', 'payment'] } });
});
afterAll(() => journey?.close());

const decimals = (cents: number) => (cents / 100).toFixed(2);
const centsOf = (amount: unknown) => Math.round(Number(amount) * 100);

async function play(steps: readonly Step[]): Promise<void> {
  runs += 1;
  const number = `ONCE-${runs}`;
  const stated = new Set<number>();
  let there = 0;
  const invoice = () => company.invoices(number)[0] ?? {};
  const idOf = (payment: number) => `${number}-${payment}`;
  const sum = () => [...stated].reduce((cents, one) => cents + (STATED_CENTS[one] ?? 0), 0);
  const tell = () =>
    company.invoice(number, {
      status: 'sent',
      amountPaid: decimals(sum() + there),
      payments: [...stated].map((payment) => ({
        externalId: idOf(payment),
        date: '2026-11-21',
        amount: decimals(STATED_CENTS[payment] ?? 0),
      })),
    });
  const settled = () =>
    waitFor(
      async () => {
        const { documents } = await journey.client.documents(company.id, { q: number, limit: 50 });
        const open = documents.filter(({ status }) => !ENDED.has(status));
        if (documents.length > 0 && open.length === 0) return documents;
        throw new Error(`open: ${open.map(({ externalId, details }) => externalId + details)}`);
      },
      { what: `all of ${number} to be settled` },
    );

  await company.invoice(number);
  await waitForStatus(journey, company.id, 'invoice', number, 'synced');
  for (const one of steps) {
    if (one.do === 'state') stated.add(one.payment);
    if (one.do === 'remove') stated.delete(one.payment);
    if (one.do === 'pay') {
      const open = centsOf(invoice()['Balance']);
      const cents = Math.min(one.cents, open);
      if (cents === 0) continue;
      const act = { do: 'pay', invoice: String(invoice()['Id']), amount: cents / 100 } as const;
      journey.simulator.control.act(company.realmId, act);
      there += cents;
    } else await tell();
  }
  await tell();
  const documents = await settled();
  expect(documents.filter(({ status }) => status === 'failed')).toEqual([]);

  const paid = TOTAL_CENTS - centsOf(invoice()['Balance']);
  const ofInvoice = company.quickbooks
    .all('Payment')
    .filter((one) => JSON.stringify(one['Line']).includes(`"TxnId":"${invoice()['Id']}"`));
  const money = ofInvoice.reduce((cents, one) => cents + centsOf(one['TotalAmt']), 0);
  expect(money).toBe(sum() + there);
  expect(paid).toBe(Math.min(TOTAL_CENTS, sum() + there));
}

const ENDED: ReadonlySet<string> = new Set(['synced', 'voided', 'cancelled', 'failed', 'skipped']);

it('money is never counted twice', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), play), {
    numRuns: 15,
    endOnFailure: true,
  });
});
