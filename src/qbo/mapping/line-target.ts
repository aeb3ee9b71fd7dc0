import type { PurchaseLine } from '../../contract/documents/purchase-form.js';
import type { Reference } from '../../contract/reference.js';
import type { Settings } from '../../contract/settings.js';

/** What a purchased line is for; null where nothing says it. */
export type LineTarget =
  | { kind: 'item' }
  /** `set`: the expense account of the settings, which the line itself does not name. */
  | { kind: 'account'; reference: Reference; set: boolean };

/**
 * An account or an item as the line states it, or the one product for all lines. A line that states
 * neither is for the item of its name; for the expense account of the settings where items are not
 * made on the way, and where it has no name.
 */
export function lineTarget(
  { account, item, name }: Pick<PurchaseLine, 'account' | 'item' | 'name'>,
  { item: { mode, missing }, accounts: { expense } }: Pick<Settings, 'item' | 'accounts'>,
): LineTarget | null {
  if (account !== undefined) return { kind: 'account', reference: account, set: false };
  if (item !== undefined || mode === 'generic') return { kind: 'item' };
  if (expense !== undefined && (missing === 'fail' || name === undefined)) {
    return { kind: 'account', reference: expense, set: true };
  }
  return name === undefined ? null : { kind: 'item' };
}
