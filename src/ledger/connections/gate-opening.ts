import type { Ledger } from '../database/open.js';
import { place } from '../documents/release.js';
import { recordAudit } from '../people/audit.js';
import { type Addressed, lockDocument } from '../statements/statements.js';
import type { Connection } from './connections.js';
import type { Gate } from './cut-off.js';

/**
 * Support opens a gate for one document: it then stands as if the gate were not there, and goes on
 * where nothing else holds it. Doing it again changes nothing.
 *
 * @returns undefined where there is no such document; else the company to dispatch.
 */
export async function openGate(
  ledger: Ledger,
  connection: Connection,
  address: Addressed & { gate: Gate },
  by: string,
): Promise<{ companyId: string | null } | undefined> {
  const { companyId } = connection;
  return ledger.sql.begin(async (tx) => {
    const row = await lockDocument(tx, connection.id, address);
    if (row === undefined) return undefined;
    if (row.overrides.includes(address.gate)) return { companyId };
    const overrides = [...row.overrides, address.gate];
    await tx`update documents set overrides = ${tx.json(overrides)} where id = ${row.id}`;
    await recordAudit(tx, {
      actor: by,
      action: 'document.gate_opened',
      appId: connection.appId,
      connectionId: connection.id,
      subject: {
        documentId: row.id,
        kind: address.kind,
        externalId: address.externalId,
        gate: address.gate,
      },
    });
    const waits = row.status === 'not_ready' || (row.status === 'waiting' && row.reason === 'held');
    if (waits) {
      await place(ledger, tx, connection, { ...row, overrides }, { what: 'gate_opened', by });
    }
    return { companyId };
  });
}
