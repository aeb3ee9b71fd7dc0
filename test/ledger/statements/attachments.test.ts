import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Attachment } from '../../../src/contract/documents/index.js';
import { disconnect } from '../../../src/ledger/connections/connecting.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { openLedger } from '../../../src/ledger/database/open.js';
import { countPerKey, rotateKeys } from '../../../src/ledger/database/rotate-keys.js';
import { exportConnection } from '../../../src/ledger/housekeeping/export.js';
import { purgeConnection } from '../../../src/ledger/housekeeping/purge.js';
import { DEFAULT_RETENTION, forgetOld } from '../../../src/ledger/housekeeping/retention.js';
import { contentOf, readFile } from '../../../src/ledger/statements/attachment-bytes.js';
import { attachmentKey, stateAttachment } from '../../../src/ledger/statements/attachments.js';
import { decryptWanted } from '../../../src/ledger/statements/wanted.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

const DAY_MS = 86_400_000;
const OLD = { id: 'old', key: randomBytes(32) };
const NEW = { id: 'new', key: randomBytes(32) };

describe('the bytes of files', () => {
  let daysPassed = 0;
  let fresh: FreshLedger;
  let connection: Connection;

  beforeAll(async () => {
    const clock = () => new Date(Date.now() + daysPassed * DAY_MS);
    fresh = await freshLedger({ clock, keys: [OLD] });
    const { app } = await anApp(fresh.ledger);
    ({ connection } = await aConnected(fresh.ledger, app.id));
  });
  afterAll(() => fresh?.close());

  async function state(name: string, bytes: Buffer): Promise<string> {
    const address = { kind: 'invoice', externalId: 'INV-1', name } as const;
    await stateAttachment(fresh.ledger, connection, address, bytes, 'app');
    return attachmentKey(address);
  }

  async function read(externalId: string, ledger = fresh.ledger): Promise<Buffer | undefined> {
    const [row] = await ledger.sql<{ wantedCipher: Buffer }[]>`
      select wanted_cipher from documents where external_id = ${externalId}`;
    const key = { connectionId: connection.id, kind: 'attachment', externalId } as const;
    const wanted: Attachment = decryptWanted(ledger, key, row?.wantedCipher ?? Buffer.alloc(0));
    const { content, size } = wanted;
    return readFile(ledger, { connectionId: connection.id, externalId, content }, size);
  }

  const settle = (externalId: string, status: string) =>
    fresh.ledger.sql`update documents set status = ${status} where external_id = ${externalId}`;
  const forget = () => forgetOld(fresh.ledger, DEFAULT_RETENTION, new AbortController().signal);

  it.each([
    ['of one piece', 100],
    ['that fill their pieces', 2 * 1_048_576],
    ['of several pieces', 3 * 1_048_576 + 17],
  ])('%s come back as they were', async (name, size) => {
    const bytes = randomBytes(size);
    expect((await read(await state(name, bytes)))?.equals(bytes)).toBe(true);
  });

  it('have a hash that is equal for equal bytes, and tells nothing of them', () => {
    const bytes = Buffer.from('%PDF-1.7');
    expect(contentOf(fresh.ledger, bytes)).toBe(contentOf(fresh.ledger, Buffer.from('%PDF-1.7')));
    expect(contentOf(fresh.ledger, bytes)).not.toBe(contentOf(fresh.ledger, Buffer.from('%PDF-1')));
  });

  it('belong to keys that no two files share, whatever their names', () => {
    const keys = [
      ['A', 'b/c'],
      ['A/b', 'c'],
      ['A%2Fb', 'c'],
      ['A', 'b%2Fc'],
      ['x'.repeat(200), 'y'],
      ['x'.repeat(200), 'z'],
      ['x'.repeat(199), 'xy'],
    ].map(([externalId = '', name = '']) => attachmentKey({ kind: 'invoice', externalId, name }));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => key.length <= 200)).toBe(true);
  });

  it('are exported whole', async () => {
    const bytes = randomBytes(1_048_576 + 5);
    const externalId = await state('exported', bytes);
    const pieces: Buffer[] = [];
    for await (const row of exportConnection(fresh.ledger, connection.id)) {
      const isOf = row.type === 'attachment_piece' && row['externalId'] === externalId;
      if (isOf) pieces.push(Buffer.from(String(row['base64']), 'base64'));
    }
    expect(pieces).toHaveLength(2);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });

  it('are brought under a new key', async () => {
    const bytes = randomBytes(1_048_576 + 5);
    const externalId = await state('rotated', bytes);
    const rotating = await openLedger({ url: fresh.url, keys: [NEW, OLD], poolSize: 3 });
    await rotateKeys(rotating, { signal: new AbortController().signal, pauseMs: 0 });
    await rotating.close();
    const later = await openLedger({ url: fresh.url, keys: [NEW], poolSize: 3 });
    expect(Object.keys(await countPerKey(later))).toEqual(['new']);
    expect((await read(externalId, later))?.equals(bytes)).toBe(true);
    await later.close();
    // Others here go on under the old one.
    const back = await openLedger({ url: fresh.url, keys: [OLD, NEW], poolSize: 3 });
    await rotateKeys(back, { signal: new AbortController().signal, pauseMs: 0 });
    await back.close();
  });

  it('are forgotten a month after QuickBooks has them, and not before', async () => {
    const [synced, failed, young] = [
      await state('synced', Buffer.from('%PDF- a')),
      await state('failed', Buffer.from('%PDF- b')),
      await state('young', Buffer.from('%PDF- c')),
    ];
    await settle(synced, 'synced');
    await settle(failed, 'failed');
    await settle(young, 'synced');
    expect(await forget()).toMatchObject({ files: 0 });
    daysPassed = 31;
    await state('young', Buffer.from('%PDF- c'));

    expect(await forget()).toMatchObject({ files: 1 });

    expect(await read(synced)).toBeUndefined();
    expect((await read(failed))?.toString()).toBe('%PDF- b');
    expect((await read(young))?.toString()).toBe('%PDF- c');
  });

  it('go with the connection when it is purged', async () => {
    await disconnect(fresh.ledger, connection.id, 'test');
    await purgeConnection(fresh.ledger, connection.id, 'test');
    const [left] = await fresh.ledger.sql`
      select (select count(*)::int from attachment_pieces) as pieces,
        (select count(*)::int from attachments) as files`;
    expect(left).toEqual({ pieces: 0, files: 0 });
  });
});
