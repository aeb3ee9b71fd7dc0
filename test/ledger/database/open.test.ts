import { afterAll, describe, expect, it } from '@jest/globals';
import { explain } from '../../../src/cli/refusal.js';
import { MigrationLocked, migrateLedger } from '../../../src/ledger/database/migrate.js';
import { openLedger } from '../../../src/ledger/database/open.js';
import { freshLedger, TEST_KEYS } from '../../support/ledger.js';
import { holdLocks } from '../../support/row-lock.js';

describe('opening the ledger', () => {
  const opened = freshLedger();
  afterAll(async () => (await opened).close());

  it('keeps its installation secret over restarts', async () => {
    const { ledger, url } = await opened;
    const again = await openLedger({ url, keys: TEST_KEYS });
    expect(again.hash.hash('x', 'y').equals(ledger.hash.hash('x', 'y'))).toBe(true);
    await again.close();
  });

  it('migrates once when eight processes ask at the same time', async () => {
    const { url } = await opened;
    await expect(
      Promise.all(Array.from({ length: 8 }, () => migrateLedger(url))),
    ).resolves.toHaveLength(8);
  });

  it('does not migrate where a table stays locked, says why, and does once it is free', async () => {
    const { ledger, url } = await opened;
    const letGo = await holdLocks(
      ledger,
      (tx) => tx`lock table drizzle.__drizzle_migrations in access exclusive mode`,
    );
    try {
      const refused = migrateLedger(url, { lockMs: 20 });
      await expect(refused).rejects.toThrow(MigrationLocked);
      expect(await refused.catch(explain)).toContain('Nothing was changed.');
    } finally {
      await letGo();
    }
    await migrateLedger(url, { lockMs: 60_000 });
  });

  it('reads 64-bit ids as numbers, dates as text and columns in camelCase', async () => {
    const { ledger } = await opened;
    const [row] = await ledger.sql`select 5::bigint as some_id, date '2026-01-02' as a_date`;
    expect(row).toEqual({ someId: 5, aDate: '2026-01-02' });
  });

  it.each([
    'plain',
    'a,b',
    '{x}',
    'say "hi"',
    'back\\slash',
    ' outer space ',
    'NULL',
    '',
    '☕ مقهى',
    'a\nb',
  ])('finds %j in a list of texts, and only there', async (text) => {
    const { ledger } = await opened;
    const [row] = await ledger.sql`
        select ${text}::text = any(${['x', text, 'y'] as string[]}) as found,
          ${text}::text = any(${['x'] as string[]}) as lost,
          ${text}::text = any(${[] as string[]}) as empty`;
    expect(row).toEqual({ found: true, lost: false, empty: false });
  });

  it('takes lists of ids and of uuids', async () => {
    const { ledger } = await opened;
    const id = 9_007_199_254_740_991;
    const uuid = 'b0e3f5a0-1111-4222-8333-444455556666';
    const [row] = await ledger.sql`
      select ${id}::bigint = any(${[1, id]}::bigint[]) as number,
        ${uuid}::uuid = any(${[uuid]}::uuid[]) as uuid`;
    expect(row).toEqual({ number: true, uuid: true });
  });
});
