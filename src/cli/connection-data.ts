import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../config.js';
import { connectionById } from '../ledger/connections/connections.js';
import type { Ledger } from '../ledger/database/open.js';
import { type ExportedRow, exportConnection } from '../ledger/housekeeping/export.js';
import { type Purged, PurgeRefused, purgeConnection } from '../ledger/housekeeping/purge.js';
import { recordAudit } from '../ledger/people/audit.js';
import { Refusal } from './refusal.js';
import { BY, withLedger } from './with-ledger.js';

const CONNECTION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * `export`: all data of a connection as a file of JSON lines that its owner alone may read. Answers
 * how many lines were written.
 */
export function exportToFile(config: Config, connectionId: string, file: string): Promise<number> {
  return withLedger(config, async (ledger) => {
    const { appId } = await existing(ledger, connectionId);
    let lines = 0;
    async function* text(rows: AsyncIterable<ExportedRow>) {
      for await (const row of rows) {
        lines += 1;
        yield `${JSON.stringify(row)}\n`;
      }
    }
    // Written down first: an export that breaks off has shown data, too.
    await recordAudit(ledger.sql, {
      actor: BY,
      action: 'connection.exported',
      appId,
      connectionId,
    });
    const out = createWriteStream(file, { mode: 0o600, flags: 'wx' });
    await pipeline(Readable.from(text(exportConnection(ledger, connectionId))), out).catch(
      (error: unknown) => {
        const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
        throw isThere ? new Refusal(`There is a ${file} already. It was left as it is.`) : error;
      },
    );
    return lines;
  });
}

/** `purge`: deletes all data of a disconnected connection. */
export function purge(
  config: Config,
  connectionId: string,
  { confirm }: { confirm: boolean },
): Promise<Purged> {
  return withLedger(config, async (ledger) => {
    const { name } = await existing(ledger, connectionId);
    if (!confirm) {
      throw new Refusal(
        `This deletes all data of "${name}" for good; QuickBooks keeps what it has. ` +
          'Export it first if it is wanted, then add --confirm.',
      );
    }
    try {
      return await purgeConnection(ledger, connectionId, BY);
    } catch (error) {
      throw error instanceof PurgeRefused ? new Refusal(error.message) : error;
    }
  });
}

async function existing(ledger: Ledger, connectionId: string) {
  const connection = CONNECTION_ID.test(connectionId)
    ? await connectionById(ledger.sql, connectionId)
    : undefined;
  if (connection === undefined) throw new Refusal(`There is no connection ${connectionId}.`);
  return connection;
}
