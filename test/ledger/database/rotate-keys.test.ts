import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { beginKeyed, finishKeyed } from '../../../src/ledger/apps/idempotency.js';
import { tokenStore } from '../../../src/ledger/companies/tokens.js';
import { UnreadableCiphertext } from '../../../src/ledger/database/cipher.js';
import { type Ledger, openLedger } from '../../../src/ledger/database/open.js';
import { PLACES } from '../../../src/ledger/database/places.js';
import {
  CIPHER_COLUMNS,
  countPerKey,
  rotateKeys,
} from '../../../src/ledger/database/rotate-keys.js';
import { decryptWanted, encryptWanted } from '../../../src/ledger/statements/wanted.js';
import { aStatedInvoice, stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';
import { waitFor } from '../../support/wait-for.js';

const OLD = { id: 'old', key: randomBytes(32) };
const NEW = { id: 'new', key: randomBytes(32) };
const never = () => ({ signal: new AbortController().signal, batchSize: 7, pauseMs: 0 });

// A ledger under an old key, and others on the same database under the new one, as processes are
// during a rotation.
describe('rotating encryption keys', () => {
  let fresh: FreshLedger;
  let old: Ledger;
  const opened: Ledger[] = [];
  beforeEach(async () => {
    fresh = await freshLedger({ keys: [OLD] });
    old = fresh.ledger;
  });
  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.close();
    await fresh.close();
  });

  async function open(keys: { id: string; key: Buffer }[]): Promise<Ledger> {
    const ledger = await openLedger({ url: fresh.url, keys, poolSize: 3 });
    opened.push(ledger);
    return ledger;
  }

  /** A row in every encrypted column. */
  async function seed() {
    const { app } = await anApp(old);
    const { connection, companyId } = await aConnected(old, app.id, '4620816365012345678');
    const tokens = tokenStore(old);
    const renewed = {
      accessToken: 'canary-access-renewed',
      refreshToken: 'canary-refresh-renewed',
      accessExpiresAt: new Date('2026-11-22T10:00:00Z'),
      refreshExpiresAt: new Date('2027-02-22T10:00:00Z'),
      hardExpiresAt: null,
    };
    const { generation = 0 } = (await tokens.read(companyId)) ?? {};
    expect(await tokens.saveRefreshed(companyId, generation, renewed)).toBe(true);
    const keyed = { appId: app.id, key: 'key-1', request: 'PUT /' };
    await beginKeyed(old, keyed);
    await finishKeyed(old, keyed, { status: 202, contentType: 'text/plain', body: 'canary-body' });
    const documentId = await stateInvoice(old, connection, 'INV-1', { memo: 'canary-memo' });
    const [push] = await old.sql<{ id: number }[]>`
      insert into pushes (company_id, kind, lane_class, priority, batch)
      values (${companyId}, 'invoice', 1, 1, false) returning id`;
    const cipher = (place: string, text: string) => old.cipher.encrypt(place, text);
    await old.sql`
      insert into requests (push_id, company_id, request_id, call, path_cipher, body_cipher,
        answer_cipher)
      values (${push?.id ?? 0}, ${companyId}, 'r1', 'single',
        ${cipher(PLACES.requestPath(companyId, 'r1'), 'invoice')},
        ${cipher(PLACES.requestBody(companyId, 'r1'), 'canary-sent')},
        ${cipher(PLACES.requestAnswer(companyId, 'r1'), 'canary-answer')})`;
    return { app, connection, companyId, documentId, keyed };
  }

  it('knows every encrypted column of the schema', async () => {
    const columns = await old.sql<{ place: string }[]>`
      select table_name || '.' || column_name as place from information_schema.columns
      where table_schema = 'public' and column_name like '%cipher' order by 1`;
    const known = CIPHER_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort();
    expect(known).toEqual(columns.map(({ place }) => place));
  });

  it('leaves nothing under the old key while others write, and everything readable without it', async () => {
    const { connection, companyId, keyed } = await seed();
    for (let count = 2; count <= 40; count += 1)
      await stateInvoice(old, connection, `INV-${count}`);
    expect(Object.keys(await countPerKey(old))).toEqual(['old']);

    const rotating = await open([NEW, OLD]);
    const [rotation] = await Promise.all([
      rotateKeys(rotating, never()),
      // A process that was not restarted yet still writes under the old key.
      (async () => {
        for (let count = 41; count <= 60; count += 1)
          await stateInvoice(old, connection, `INV-${count}`);
      })(),
    ]);
    expect(rotation).toMatchObject({ unreadable: 0, finished: true });
    await rotateKeys(rotating, never());
    expect(await countPerKey(rotating)).toEqual({ new: 60 + 9 });

    const later = await open([NEW]);
    expect(await tokenStore(later).realmOf(companyId)).toBe('4620816365012345678');
    expect(await tokenStore(later).read(companyId)).toMatchObject({
      accessToken: 'canary-access-renewed',
      refreshToken: 'canary-refresh-renewed',
      previousRefreshToken: expect.stringMatching(/^canary-refresh-\d+$/),
    });
    expect(await beginKeyed(later, keyed)).toMatchObject({
      kind: 'replay',
      answer: { body: 'canary-body' },
    });
    const [request] = await later.sql<{ bodyCipher: Buffer; answerCipher: Buffer }[]>`
      select body_cipher, answer_cipher from requests`;
    const read = (place: string, bytes: Buffer | undefined) =>
      later.cipher.decrypt(place, bytes ?? Buffer.alloc(0));
    expect(read(PLACES.requestBody(companyId, 'r1'), request?.bodyCipher)).toBe('canary-sent');
    expect(read(PLACES.requestAnswer(companyId, 'r1'), request?.answerCipher)).toBe(
      'canary-answer',
    );
    // The secret behind the hashes of API keys is the same: it was wrapped anew, not made anew.
    expect(later.hash.hash('x', 'y').equals(old.hash.hash('x', 'y'))).toBe(true);
  });

  it('lets a writer win that was faster', async () => {
    const { connection, documentId } = await seed();
    const rotating = await open([NEW, OLD]);
    const key = { connectionId: connection.id, kind: 'invoice', externalId: 'INV-1' } as const;
    const restated = aStatedInvoice({ number: 'INV-1', memo: 'stated meanwhile' });
    const held = await old.sql.reserve();
    await held`begin`;
    await held`
      update documents set wanted_cipher = ${encryptWanted(old, key, restated)}
      where id = ${documentId}`;
    const rotation = rotateKeys(rotating, never());
    await waitFor(
      async () =>
        (
          await old.sql`select 1 from pg_stat_activity
            where wait_event_type = 'Lock' and datname = current_database()`
        ).count > 0,
      { what: 'the rotation to wait for the writer' },
    );
    await held`commit`;
    held.release();
    expect(await rotation).toMatchObject({ finished: true });
    const [row] = await rotating.sql<{ wantedCipher: Buffer }[]>`
      select wanted_cipher from documents where id = ${documentId}`;
    const wanted = decryptWanted(rotating, key, row?.wantedCipher ?? Buffer.alloc(0));
    expect(wanted.memo).toBe('stated meanwhile');
    expect(await countPerKey(rotating)).not.toHaveProperty('old');
  });

  it('counts what it cannot read, leaves it alone and ends', async () => {
    await seed();
    const stranger = await open([NEW, OLD]);
    await stranger.sql`
      update documents set wanted_cipher = set_byte(wanted_cipher, 60, get_byte(wanted_cipher, 60) # 1)`;
    expect(await rotateKeys(stranger, never())).toMatchObject({ unreadable: 1, finished: true });
    expect(await countPerKey(stranger)).toMatchObject({ old: 1 });
  });

  it('stops between two rows when asked to, and does nothing with one key', async () => {
    await seed();
    const rotating = await open([NEW, OLD]);
    const stopped = await rotateKeys(rotating, { signal: AbortSignal.abort() });
    expect(stopped).toEqual({ reencrypted: 0, unreadable: 0, finished: false });
    expect(await rotateKeys(old, never())).toEqual({
      reencrypted: 0,
      unreadable: 0,
      finished: true,
    });
  });

  it('decrypts no ciphertext in another row', async () => {
    const { app, companyId } = await seed();
    const other = await aConnected(old, app.id, '4620816365087654321');
    await old.sql`
      update tokens t set refresh_cipher = o.refresh_cipher from tokens o
      where t.company_id in (${companyId}, ${other.companyId})
        and o.company_id in (${companyId}, ${other.companyId}) and o.company_id <> t.company_id`;
    for (const id of [companyId, other.companyId])
      await expect(tokenStore(old).read(id)).rejects.toThrow(UnreadableCiphertext);
    await old.sql`
      update requests set body_cipher = answer_cipher, answer_cipher = body_cipher`;
    const [request] = await old.sql<{ bodyCipher: Buffer }[]>`select body_cipher from requests`;
    const read = () =>
      old.cipher.decrypt(
        PLACES.requestBody(companyId, 'r1'),
        request?.bodyCipher ?? Buffer.alloc(0),
      );
    expect(read).toThrow(UnreadableCiphertext);
  });

  it('shows no token, realm, body or statement in a dump of all tables', async () => {
    await seed();
    const tables = await old.sql<{ tablename: string }[]>`
      select tablename from pg_tables where schemaname = 'public'`;
    expect(tables.length).toBeGreaterThan(25);
    for (const { tablename } of tables) {
      // Bytes are shown as hex in a row's text, so canaries are looked for in both forms.
      const rows = await old.sql<
        { row: string }[]
      >`select t::text as row from ${old.sql(tablename)} t`;
      const dump = rows.map(({ row }) => row).join('\n');
      for (const canary of ['canary', '4620816365012345678']) {
        const hex = Buffer.from(canary).toString('hex');
        expect([tablename, dump.includes(canary), dump.includes(hex)]).toEqual([
          tablename,
          false,
          false,
        ]);
      }
    }
  });
});
