import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disconnect } from '../../src/ledger/connections/connecting.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { migrateQueue } from '../../src/queue/backend.js';
import { stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger, TEST_KEYS } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { emptyFolder, run, settingsFor } from './program.js';

describe('commands for the data of a connection', () => {
  const folder = emptyFolder();
  const cwd = folder.path;
  let fresh: FreshLedger;
  let settings: Record<string, string>;
  let connection: Connection;

  beforeAll(async () => {
    fresh = await freshLedger();
    await migrateQueue(fresh.url);
    const [key] = TEST_KEYS;
    const ENCRYPTION_KEYS = `${key?.id}:${key?.key.toString('base64')}`;
    settings = settingsFor(fresh.url, { ENCRYPTION_KEYS });
    const { app } = await anApp(fresh.ledger);
    ({ connection } = await aConnected(fresh.ledger, app.id));
    await stateInvoice(fresh.ledger, connection, 'INV-1');
  });
  afterAll(async () => {
    folder.remove();
    await fresh?.close();
  });

  const command = (...args: string[]) => run(args, { cwd, settings });
  const auditOf = async (action: string) =>
    (
      await fresh.ledger
        .sql`select 1 from audit_log where actor = 'command line' and action = ${action}`
    ).count;

  it('export it to a new file that its owner alone may read', async () => {
    const args = ['export', '--connection', connection.id, '--out', 'data.ndjson'];
    const first = await command(...args);
    const file = join(cwd, 'data.ndjson');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');

    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toContain(`Wrote ${lines.length} lines`);
    expect(lines.map((line) => JSON.parse(line).type)).toContain('document');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await auditOf('connection.exported')).toBe(1);
    const again = await command(...args);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('already') });
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(lines.length);
  });

  it('name a connection that is not there', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    const purged = await command('purge', '--connection', id, '--confirm');
    const exported = await command('export', '--connection', 'x', '--out', 'none.ndjson');
    expect([purged.code, purged.stderr]).toEqual([1, `There is no connection ${id}.\n`]);
    expect([exported.code, exported.stderr]).toEqual([1, 'There is no connection x.\n']);
    expect(existsSync(join(cwd, 'none.ndjson'))).toBe(false);
  });

  it('delete it only when told so twice and when it is disconnected', async () => {
    const args = ['purge', '--connection', connection.id];
    const unsure = await command(...args);
    expect(unsure.stderr).toMatch(/"Bay Supplies" for good.*--confirm/);
    const connected = await command(...args, '--confirm');
    expect(connected.stderr).toContain('Disconnect it first');
    expect([unsure.code, connected.code]).toEqual([1, 1]);

    await disconnect(fresh.ledger, connection.id, 'test');
    const done = await command(...args, '--confirm');
    expect(done).toMatchObject({
      code: 0,
      stderr: 'Deleted the connection with 1 documents and its company.\n',
    });
    expect(await auditOf('connection.purged')).toBe(1);
  });
});
