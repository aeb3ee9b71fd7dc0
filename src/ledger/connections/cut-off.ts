import { traitsOf } from '../../contract/documents/index.js';
import { type Reason, reason } from '../../contract/reasons.js';
import type { StandingFacts } from '../documents/standing.js';

/** Gates that support may open for a single document. */
export const GATES = ['cut_off', 'hold'] as const;
export type Gate = (typeof GATES)[number];

type CutOffFacts = Pick<
  StandingFacts,
  'kind' | 'document' | 'connection' | 'statedAt' | 'overrides' | 'wasSynced'
>;

/**
 * Why a transaction that existed before the sync began stays out. It is its creation that counts:
 * drafted before and sent after connecting is before. What QuickBooks has already goes on.
 */
export function beforeCutOff(facts: CutOffFacts): Reason | undefined {
  const { kind, document, connection, statedAt, overrides, wasSynced } = facts;
  const { cutOff } = connection.settings;
  if (cutOff === 'none' || wasSynced || !traitsOf(kind).isTransaction) return undefined;
  if (overrides.includes('cut_off')) return undefined;
  const createdAt = document.createdAt === undefined ? statedAt : new Date(document.createdAt);
  // The date the app itself would show: in the offset it states.
  const created = document.createdAt?.slice(0, 10) ?? dateOf(createdAt);
  if (cutOff !== 'connected') {
    return created < cutOff
      ? reason('before_cut_off', { created, connected: cutOff, isSet: true })
      : undefined;
  }
  const { connectedAt } = connection;
  // Nothing was connected yet: what is stated now will have been there before.
  if (connectedAt === null) return undefined;
  return createdAt < connectedAt
    ? reason('before_cut_off', { created, connected: dateOf(connectedAt) })
    : undefined;
}

const dateOf = (moment: Date) => moment.toISOString().slice(0, 10);
