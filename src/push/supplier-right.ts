import { type Reason, reason } from '../contract/reasons.js';
import { type Actor, hasRight, SUPPLIERS_WRITE } from '../contract/rights.js';
import type { Settings } from '../contract/settings.js';
import type { Warning } from '../contract/warnings.js';

/**
 * What may be done to the list of suppliers: by the settings, and where these ask for it by the right
 * of the user who stated the document that is sent.
 */

/** Whether a supplier may be added to QuickBooks, as far as rights decide that. */
export function mayAddSupplier({ vendor }: Settings, actor: Actor | undefined): boolean {
  return vendor.missing !== 'needs_right' || hasRight(actor, SUPPLIERS_WRITE);
}

/** Whether a supplier QuickBooks has may be changed: switched off it is nobody's to change. */
export function mayUpdateSupplier({ vendor }: Settings, actor: Actor | undefined): boolean {
  return vendor.update && (!vendor.updateNeedsRight || hasRight(actor, SUPPLIERS_WRITE));
}

export function rightMissing(actor: Actor | undefined): Reason {
  return reason('vendor_right_missing', { actor: actor?.id ?? '' });
}

/** Why a supplier stays as it is in QuickBooks although the app says otherwise. */
export function notUpdated({ vendor }: Settings, actor: Actor | undefined): Warning {
  return {
    name: 'update_not_made',
    params: vendor.update ? { why: 'right', actor: actor?.id ?? '' } : { why: 'setting' },
  };
}
