import { expect } from '@jest/globals';
import { waitForStatus } from '../../support/journey.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';
import { row } from '../row.js';
import { expectRefused, put, stated } from './asked.js';
import { smallDisk } from './small-disk.js';

/** More than fit on the pages that are there. */
const UNTIL_FULL = 200;

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
        const sent = () => ledger.sql`select 1 from requests where state = 'open'`;
        await waitFor(async () => (await sent()).count > 0, { what: 'a call to be on its way' });
        await disk.fill();

        const refused = await firstRefused(at);
        for (let time = 0; time < 3; time += 1) {
          expectRefused(house(), await put(house(), at, refused));
        }
        expect(await rowsOf(house(), refused)).toEqual({ documents: 0, events: 0, history: 0 });
        expect((await fetch(`${house().webUrl}/livez`)).status).toBe(200);

        await disk.empty();
        await stated(at, refused);
        for (const number of ['F44-SENT', refused]) {
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

  /** States documents until one is refused; answers its number. */
  async function firstRefused(at: SalesCompany): Promise<string> {
    for (let count = 1; count <= UNTIL_FULL; count += 1) {
      const number = `F44-${count}`;
      const taken = await at.invoice(number).then(
        () => true,
        () => false,
      );
      if (!taken) return number;
    }
    throw new Error('The disk is not full');
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
