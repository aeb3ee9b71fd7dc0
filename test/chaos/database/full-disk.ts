import { expect } from '@jest/globals';
import { waitForStatus } from '../../support/journey.js';
import type { SalesCompany } from '../../support/sales-company.js';
import type { ChaosHouse } from '../house.js';
import { hasLeft } from '../queue/seen.js';
import { row } from '../row.js';
import { expectRefused, put, stated } from './asked.js';
import { smallDisk } from './small-disk.js';

const REFUSED = 3;
/** More than fit on the pages that are there. */
const STATED_MAX = 200;

/** F44: no space is left for the database. */
export function fullDisk(house: () => ChaosHouse, company: () => SalesCompany): void {
  row(
    'F44',
    async () => {
      const at = company();
      const { ledger } = house().house;
      await house().startWorker();
      const disk = await smallDisk(ledger);
      try {
        at.fault({ do: 'delay', delayMs: 500, match: { method: 'POST' } });
        await at.invoice('F44-SENT');
        await hasLeft(house(), 'F44-SENT');
        await disk.fill();

        const numbers = await stateUntilRefused(at);
        expect((await fetch(`${house().webUrl}/livez`)).status).toBe(200);

        await disk.empty();
        await stated(at, ...numbers);
        for (const number of ['F44-SENT', ...numbers]) {
          await waitForStatus(house(), at.id, 'invoice', number, 'synced');
        }
        expect(at.invoices('F44-SENT')).toHaveLength(1);
        await house().check();
      } finally {
        await disk.remove();
      }
    },
    'for the database',
  );

  /** States documents until some were refused, of which nothing is there; answers all numbers. */
  async function stateUntilRefused(at: SalesCompany): Promise<string[]> {
    const numbers: string[] = [];
    let refused = 0;
    while (refused < REFUSED && numbers.length < STATED_MAX) {
      const number = `F44-${numbers.length + 1}`;
      numbers.push(number);
      const answer = await put(house(), at, number);
      if (answer.status === 202) continue;
      expectRefused(house(), answer);
      expect(await rowsOf(house(), number)).toEqual({ documents: 0, events: 0, history: 0 });
      refused += 1;
    }
    expect(refused).toBe(REFUSED);
    return numbers;
  }
}

/** What is there of a document, as far as it is told of. */
async function rowsOf({ house: { ledger } }: ChaosHouse, number: string) {
  const [counted] = await ledger.sql`
    select
      (select count(*)::int from documents where external_id = ${number}) as documents,
      (select count(*)::int from events where external_id = ${number}) as events,
      (select count(*)::int from document_history h
        where not exists (select 1 from documents d where d.id = h.document_id)) as history`;
  return counted;
}
