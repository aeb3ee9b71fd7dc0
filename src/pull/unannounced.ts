import { doubtWebhooks } from '../ledger/runs/webhook-doubt.js';
import type { ChangeBatch, ChangingEntity } from '../qbo/changes.js';
import { isObject } from '../qbo/fault.js';
import type { Changing } from './changing.js';

/**
 * What somebody waits for, and what every new one of is told by a webhook. Changes are not judged by:
 * balances move customers and invoices, and not all of that is told.
 */
const TOLD: ReadonlySet<ChangingEntity> = new Set<ChangingEntity>([
  'Customer',
  'Invoice',
  'Payment',
]);

/**
 * Looks whether webhooks told of what is new in a batch. Those of the last minutes may still be on
 * their way: they come again with the next changes, which overlap these by `overlapMs`.
 */
export async function judgeWebhooksBy(
  { ledger, scope }: Pick<Changing, 'ledger' | 'scope'>,
  { entity, changed }: ChangeBatch,
  { asOf, overlapMs }: { asOf: Date; overlapMs: number },
): Promise<void> {
  if (!TOLD.has(entity)) return;
  const through = asOf.getTime() - overlapMs;
  // Before the company was connected nothing of it was told to us.
  const connected = [...scope.connections.values()].map(({ connectedAt }) => connectedAt.getTime());
  const from = Math.max(scope.since.getTime() - overlapMs, Math.min(...connected) + 1);
  const ids = changed.flatMap(({ Id, MetaData }) => {
    const created = isObject(MetaData) ? Date.parse(String(MetaData['CreateTime'])) : Number.NaN;
    return typeof Id === 'string' && created >= from && created <= through ? [Id] : [];
  });
  await doubtWebhooks(ledger, scope.id, { entity: entity.toLowerCase(), ids });
}
