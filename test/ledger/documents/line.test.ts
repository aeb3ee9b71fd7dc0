import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DocumentAnswer } from '../../../src/contract/answers.js';
import { readDocument } from '../../../src/ledger/answers/answers.js';
import { laneStore } from '../../../src/ledger/companies/lanes.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import type { Ledger } from '../../../src/ledger/database/open.js';
import { DEFAULT_ADMISSION } from '../../../src/ledger/pushes/admission.js';
import { claimPush } from '../../../src/ledger/pushes/claim.js';
import { openPushes } from '../../../src/ledger/pushes/due.js';
import { postponePush } from '../../../src/ledger/pushes/pushes.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

// Documents are stated one after the other, pushes opened and claimed as dispatch and worker do it;
// nobody sends anything.

const MINUTE_MS = 60_000;

describe('the place of a document in its company’s line', () => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  let connection: Connection;
  let companyId: string;
  let realm = 4_620_816_365_000_200_000;
  beforeAll(async () => {
    fresh = await freshLedger();
    ledger = fresh.ledger;
  });
  afterAll(() => fresh.close());
  beforeEach(async () => {
    realm += 1_024;
    const { app } = await anApp(ledger);
    ({ connection, companyId } = await aConnected(ledger, app.id, String(realm)));
  });

  const state = (externalId: string, priority: 'live' | 'backfill' = 'live') =>
    stateInvoice(ledger, connection, externalId, { priority });
  const read = async (externalId: string): Promise<DocumentAnswer> => {
    const o = { inLine: true };
    const answer = await readDocument(ledger, connection, 'invoice', externalId, o);
    if (answer === undefined) throw new Error(`There is no ${externalId}`);
    return answer;
  };
  const waitsMs = ({ place }: DocumentAnswer) => Date.parse(place?.expectedAt ?? '') - Date.now();
  /** Waiting documents of long ago. */
  const backlog = (documents: number) => ledger.sql`
    insert into documents (connection_id, company_id, kind, external_id, wanted_cipher, wanted_hash,
      status, released_revision, due_at)
    select ${connection.id}, ${companyId}, 'invoice', 'OLD-' || n, '', '', 'queued', 1,
      now() - interval '1 day' from generate_series(1, ${documents}) n`;

  it('counts those that were stated before it, and says so in its Details', async () => {
    for (const externalId of ['A', 'B', 'C']) await state(externalId);

    const [first, last] = [await read('A'), await read('C')];

    expect(first.place).toMatchObject({ before: 0, more: false });
    expect(last.place).toMatchObject({ before: 2, more: false });
    const time = last.place?.expectedAt.slice(11, 16);
    const date = last.place?.expectedAt.slice(0, 10);
    expect(last.details).toContain(`2 before it, expected about ${time} UTC on ${date}.`);
  });

  it('lets live documents stand before back-fill, whenever they were stated', async () => {
    await state('OLD', 'backfill');
    await state('NEW');
    expect((await read('NEW')).place).toMatchObject({ before: 0 });
    expect((await read('OLD')).place).toMatchObject({ before: 1 });
  });

  it('counts what is being sent before it, and has none itself while it is sent', async () => {
    for (let number = 0; number < 12; number += 1) await state(`N-${number}`);
    const [opened] = await openPushes(ledger, companyId, DEFAULT_ADMISSION);
    const push = await claimPush(ledger, opened?.id ?? 0, 30_000);
    if (push === undefined) throw new Error('Not claimed');

    const [sent] = await ledger.sql<{ externalId: string }[]>`
      select d.external_id from documents d join push_items i on i.document_id = d.id
      where i.push_id = ${push.id} limit 1`;
    expect((await read(sent?.externalId ?? '')).place).toBeNull();
    await state('LAST');
    expect((await read('LAST')).place).toMatchObject({ before: 12 });

    await ledger.sql.begin((tx) => postponePush(tx, push, 5 * MINUTE_MS));
    const waiting = await read(sent?.externalId ?? '');
    expect(waiting.place).toMatchObject({ before: 0 });
    expect(waitsMs(waiting)).toBeGreaterThan(4 * MINUTE_MS);
  });

  it('expects a long line to go at Intuit’s pace while nothing else is known', async () => {
    await backlog(3_220);
    await state('LAST');
    const last = await read('LAST');
    expect(last.place).toMatchObject({ before: 3_220, more: false });
    // 1,610 a minute: 40 batches of 30 and 410 single calls.
    expect(waitsMs(last)).toBeGreaterThan(1.5 * MINUTE_MS);
    expect(waitsMs(last)).toBeLessThan(2.5 * MINUTE_MS);
  });

  it('expects it at the pace of the last minute where there is one', async () => {
    await backlog(300);
    await state('LAST');
    const [app] = await ledger.sql<{ appId: string }[]>`
      select app_id from connections where id = ${connection.id}`;
    await ledger.sql`
      insert into events (connection_id, number, app_id, transaction, type, status, at)
      select ${connection.id}, 100 + n, ${app?.appId ?? ''}, 0, 'document.status_changed', 'synced',
        now() - interval '30 seconds' + n * interval '0.5 seconds' from generate_series(1, 50) n`;
    const last = await read('LAST');
    // Fifty in half a minute: three hundred take three.
    expect(waitsMs(last)).toBeGreaterThan(2.5 * MINUTE_MS);
    expect(waitsMs(last)).toBeLessThan(3.5 * MINUTE_MS);
  });

  it('counts a very long line no further than ten thousand, and says that it is longer', async () => {
    await backlog(10_050);
    await state('LAST');
    const last = await read('LAST');
    expect(last.place).toMatchObject({ before: 10_000, more: true });
    expect(last.details).toContain('More than 10,000 before it, expected after ');
  });

  it('waits for the end of a pause', async () => {
    const limits = { inFlight: 1, perSecond: 1, perMinute: 1, batchesPerMinute: 1, slotHoldMs: 0 };
    await laneStore(ledger).acquire(companyId, { call: 'single', limits, withinMs: 0, turn: null });
    await laneStore(ledger).pause(companyId, {
      pauseMs: 10 * MINUTE_MS,
      probeEveryMs: 0,
      probe: false,
    });
    await state('A');
    expect(waitsMs(await read('A'))).toBeGreaterThan(9 * MINUTE_MS);
  });

  it('is not said of one that waits for something else', async () => {
    const [blocker, blocked] = [await state('BLOCKER'), await state('BLOCKED')];
    await ledger.sql`
      update documents set status = 'waiting', reason = 'blocked_by', due_at = null,
        blocked_by = ${blocker}, params = '{"kind":"customer","externalId":"Acme"}'
      where id = ${blocked}`;
    expect((await read('BLOCKED')).place).toBeNull();
    await ledger.sql`update companies set status = 'reconnect_needed' where id = ${companyId}`;
    expect((await read('BLOCKER')).place).toBeNull();
  });
});
