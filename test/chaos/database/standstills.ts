import { expect } from '@jest/globals';
import { waitForStatus } from '../../support/journey.js';
import { holdLocks } from '../../support/row-lock.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';
import { row } from '../row.js';
import { ask, expectRefused, put, ready, stated } from './asked.js';

/** F41: the database is there and does not answer, in whole or in part. */
export function standstills(house: () => ChaosHouse, company: () => SalesCompany): void {
  const synced = (number: string) =>
    waitForStatus(house(), company().id, 'invoice', number, 'synced');
  const stored = (number: string) =>
    house().house.ledger.sql`select 1 from documents where external_id = ${number}`;

  row(
    'F41',
    async () => {
      const at = company();
      await house().startWorker();
      await stated(at, 'F41-BEFORE');
      house().postgres.freeze();
      const asked = await Promise.all([
        put(house(), at, 'F41-FROZEN'),
        ask(house(), `/v1/connections/${at.id}`),
        ask(house(), '/readyz'),
      ]);
      const alive = await ask(house(), '/livez');
      house().postgres.thaw();

      for (const answer of asked.slice(0, 2)) expectRefused(house(), answer);
      expect(asked[2]?.status).toBe(503);
      expect(alive.status).toBe(200);
      await ready(house());
      await stated(at, 'F41-FROZEN');
      await Promise.all([synced('F41-BEFORE'), synced('F41-FROZEN')]);
      await house().check();
    },
    'frozen',
  );

  row(
    'F41',
    async () => {
      const at = company();
      const key = { 'idempotency-key': 'f41' };
      // On a new connection statements go in clear.
      house().proxies.postgres.cut();
      await ready(house());
      const committed = house().proxies.postgres.freezeAfter('commit', 'back');
      const asked = put(house(), at, 'F41-KEYED', key);
      await Promise.race([committed, asked.then((early) => expect(early).toBe('committed'))]);
      expectRefused(house(), await asked);
      await house().proxies.postgres.pass();
      await ready(house());

      const again = async () => {
        const { status } = await put(house(), at, 'F41-KEYED', key);
        if (status !== 202) throw new Error(`it is answered ${status}`);
        return true;
      };
      await waitFor(again, { what: 'the same statement under its key' });
      expect((await stored('F41-KEYED')).count).toBe(1);
      await house().startWorker();
      await stated(at, 'F41-KEYED');
      await synced('F41-KEYED');
      await house().check();
    },
    'right after a commit',
  );

  row(
    'F41',
    async () => {
      const at = company();
      const { sql } = house().house.ledger;
      await house().startWorker();
      await sql`
        create function chaos_slow() returns trigger language plpgsql as
        $$ begin if new.external_id = 'F41-SLOW' then perform pg_sleep(60); end if; return new; end $$`;
      await sql`create trigger chaos_slow before insert on documents
        for each row execute function chaos_slow()`;
      const [slow] = await Promise.all([put(house(), at, 'F41-SLOW'), stated(at, 'F41-QUICK')]);
      await sql`drop function chaos_slow cascade`;

      expectRefused(house(), slow);
      expect((await stored('F41-SLOW')).count).toBe(0);
      await stated(at, 'F41-SLOW');
      await Promise.all([synced('F41-SLOW'), synced('F41-QUICK')]);
      await house().check();
    },
    'a slow statement',
  );

  row(
    'F41',
    async () => {
      const at = company();
      await stated(at, 'F41-LOCKED');
      const letGo = await holdLocks(
        house().house.ledger,
        (tx) => tx`select 1 from documents where external_id = 'F41-LOCKED' for update`,
      );
      await house().startWorker();
      const [locked] = await Promise.all([put(house(), at, 'F41-LOCKED'), stated(at, 'F41-OTHER')]);
      await synced('F41-OTHER');
      await letGo();

      expectRefused(house(), locked);
      await synced('F41-LOCKED');
      await house().check();
    },
    'a lock',
  );
}
