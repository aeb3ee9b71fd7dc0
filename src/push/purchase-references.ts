import type { PurchaseDocument } from '../qbo/mapping/purchase-document.js';
import type { PurchaseFormReferences } from '../qbo/mapping/purchase-form.js';
import { readEntity } from '../qbo/mapping/quickbooks-types.js';
import { GENERIC_ITEM } from './generic-item.js';
import type { PlanContext } from './job.js';
import { PAYABLE_ACCOUNT } from './purchase-mentions.js';
import { ROUNDING } from './sales-mentions.js';

/** Role of the purchase order a bill is for. */
export const ORDER = 'purchaseOrder';

/**
 * QuickBooks' ids of what the document mentions; of lines that become one, those of the first.
 * Undefined where no payable account is known.
 */
export function purchaseReferences(
  document: PurchaseDocument,
  context: PlanContext,
): PurchaseFormReferences | undefined {
  const { matched, records, untaxedCode } = context;
  const idOf = (role: string) => matched.get(role) ?? null;
  const ofLines = (part: string) =>
    document.lines.map((_, index) => idOf(`lines.${index}.${part}`));
  const payableAccountId = idOf(PAYABLE_ACCOUNT);
  if (payableAccountId === null) return undefined;
  const currency = records.get('vendor')?.facts['currency'];
  const rounding = idOf(ROUNDING);
  const isAccount = records.get(ROUNDING)?.type === 'account';
  return {
    vendorId: idOf('vendor') ?? '',
    vendorCurrency: typeof currency === 'string' ? currency : null,
    payableAccountId,
    itemIds: ofLines('item').map((id) => id ?? idOf(GENERIC_ITEM)),
    accountIds: ofLines('account'),
    taxCodeIds: ofLines('taxCode'),
    classIds: ofLines('class'),
    customerIds: ofLines('customerOrProject'),
    taxLineCodeIds: (document.tax?.lines ?? []).map((_, index) =>
      idOf(`tax.lines.${index}.taxCode`),
    ),
    locationId: idOf('location'),
    termId: idOf('terms'),
    rounding: rounding === null ? null : { kind: isAccount ? 'account' : 'item', id: rounding },
    untaxedCodeId: untaxedCode?.quickbooksId ?? null,
    order: orderOf(context),
  };
}

/** The purchase order as it was read; what a preview does not read has no lines. */
function orderOf({ needed, others }: PlanContext): PurchaseFormReferences['order'] {
  const id = needed.get(ORDER)?.quickbooksId ?? null;
  if (id === null) return null;
  const stored = others.get(id);
  return { id, lines: stored === undefined ? [] : readEntity('PurchaseOrder', stored).Line };
}
