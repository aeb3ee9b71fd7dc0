import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Ledger } from '../../../src/ledger/database/open.js';
import { appendEvents, type NewEvent } from '../../../src/ledger/events/events.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

describe('events', () => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  beforeAll(async () => {
    fresh = await freshLedger();
    ledger = fresh.ledger;
  });
  afterAll(() => fresh.close());

  let realm = 0;
  async function someone() {
    realm += 1;
    const { app } = await anApp(ledger);
    const { connection } = await aConnected(ledger, app.id, `46208163650002${realm}`);
    const event = (externalId: string): NewEvent => ({
      connectionId: connection.id,
      appId: app.id,
      type: 'document.status_changed',
      kind: 'invoice',
      externalId,
      status: 'synced',
    });
    const numbers = async () =>
      (
        await ledger.sql<{ number: number }[]>`
          select number from events where connection_id = ${connection.id} order by number`
      ).map(({ number }) => number);
    return { event, numbers };
  }
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  it('are numbered per connection without a gap, however many write and however many give up', async () => {
    const [one, two] = [await someone(), await someone()];
    const before = (await one.numbers()).length;
    const writing = Array.from({ length: 24 }, (_, index) =>
      ledger.sql
        .begin(async (tx) => {
          // Two connections in one transaction, in either order.
          const both = [one.event(`A-${index}`), two.event(`B-${index}`), one.event(`C-${index}`)];
          await appendEvents(tx, index % 2 === 0 ? both : both.reverse());
          if (index % 4 === 3) throw new RangeError('given up');
        })
        .catch((error: unknown) => {
          if (!(error instanceof RangeError)) throw error;
        }),
    );
    await Promise.all(writing);
    expect(await one.numbers()).toEqual(upTo(before + 18 * 2));
    expect(await two.numbers()).toEqual(upTo(before + 18));
  });

  it('show a reader who comes behind number n all that is up to n', async () => {
    const { event, numbers } = await someone();
    let last = 0;
    let writing = true;
    const writers = Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        ledger.sql.begin((tx) => appendEvents(tx, [event(`E-${index}`)])),
      ),
    ).finally(() => {
      writing = false;
    });
    while (writing) {
      const seen = await numbers();
      expect(seen).toEqual(upTo(seen.length));
      expect(seen.length).toBeGreaterThanOrEqual(last);
      last = seen.length;
    }
    await writers;
  });

  it('tell ids and states, and which transaction wrote them', async () => {
    const { event } = await someone();
    await ledger.sql.begin((tx) => appendEvents(tx, [event('X')]));
    const [row] = await ledger.sql`select * from events where external_id = 'X'`;
    expect(Object.keys(row ?? {}).sort()).toEqual([
      'appId',
      'at',
      'connectionId',
      'externalId',
      'kind',
      'number',
      'reason',
      'recordId',
      'recordType',
      'revision',
      'runId',
      'status',
      'transaction',
      'type',
    ]);
    expect(row?.['transaction']).toBeGreaterThan(0);
  });
});
