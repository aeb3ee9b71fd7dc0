import { expect } from '@jest/globals';
import { waitForStatus } from '../../support/journey.js';
import { eventsOf } from '../../support/log-lines.js';
import { anInvoice } from '../../support/orders.js';
import type { SalesCompany } from '../../support/sales-company.js';
import type { ChaosHouse } from '../house.js';
import { row } from '../row.js';
import { type Asked, put, stated } from './asked.js';

const WRITERS = 12;
/** How often they write, each of them one after the other. */
const EACH = 5;

/** F43: transactions that meet. */
export function races(house: () => ChaosHouse, company: () => SalesCompany): void {
  const synced = (number: string) =>
    waitForStatus(house(), company().id, 'invoice', number, 'synced');

  row(
    'F43',
    async () => {
      const at = company();
      await house().startWorker();
      const memos = Array.from({ length: WRITERS }, (_, index) => `Writer ${index + 1}`);
      const answers = await Promise.all(
        memos.map((memo) =>
          house().client.state(at.id, 'invoice', 'F43', anInvoice({ number: 'F43', memo })),
        ),
      );
      await stated(at, 'F43');

      expect(answers.map(({ result }) => result)).toEqual(memos.map(() => 'stored'));
      const invoice = await synced('F43');
      expect(invoice.syncedRevision).toBe(WRITERS + 1);
      expect(at.invoices('F43')).toHaveLength(1);
      await house().check();
    },
    'one key, stated by many at once',
  );

  row(
    'F43',
    async () => {
      const at = company();
      const { sql } = house().house.ledger;
      const numbers = Array.from({ length: WRITERS * EACH }, (_, index) => `F43-${index + 1}`);
      await house().startWorker();
      await sendingBack(house());
      const answers: Asked[] = [];
      const write = async (own: readonly string[]) => {
        for (const number of own) answers.push(await put(house(), at, number));
      };
      await Promise.all(
        Array.from({ length: WRITERS }, (_, index) =>
          write(numbers.slice(index * EACH, (index + 1) * EACH)),
        ),
      );
      await stated(at, ...numbers);
      await Promise.all(numbers.map(synced));
      const [told] = await sql<
        { count: number }[]
      >`select last_value::int as count from chaos_turns`;
      await sql`drop function chaos_send_back cascade`;

      // Nobody was bothered with it.
      expect(answers.map(({ status }) => status)).toEqual(numbers.map(() => 202));
      expect(told?.count).toBeGreaterThan(numbers.length);
      expect(eventsOf(house(), 'push_failed')).toEqual([]);
      await house().check();
    },
    'deadlocks and serialization failures',
  );
}

/** Every tenth move of documents is sent back, as PostgreSQL does it. */
async function sendingBack({ house: { ledger } }: ChaosHouse): Promise<void> {
  // A sequence goes on whatever becomes of the transaction.
  await ledger.sql`create sequence chaos_turns`;
  await ledger.sql`
    create function chaos_send_back() returns trigger language plpgsql as $$
    declare turn bigint := nextval('chaos_turns');
    begin
      if turn % 20 = 1 then raise exception 'deadlock detected' using errcode = '40P01'; end if;
      if turn % 20 = 11 then raise exception 'not serializable' using errcode = '40001'; end if;
      return null;
    end $$`;
  await ledger.sql`create trigger chaos_send_back after insert on document_history
    for each statement execute function chaos_send_back()`;
}
