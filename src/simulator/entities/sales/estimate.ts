/** Offers. They post nothing, and are closed when they are invoiced. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import { anything, date, listOf, object, oneOf, type Shape, text } from '../../engine/fields.js';
import { LINKED_TXN } from '../../engine/shapes.js';
import { objectsOf } from '../../json.js';
import { SALES_FORM } from './sales-fields.js';
import { salesForm } from './sales-form.js';
import { notDeletedWhileLinked } from './stated-links.js';

/** Closed while an invoice came of it (recorded), else what the request says. */
const status: Step = ({ after }) => {
  if (objectsOf(after, 'LinkedTxn').length > 0) after['TxnStatus'] = 'Closed';
  else after['TxnStatus'] ??= 'Pending';
};

const OWN: Shape = {
  ExpirationDate: date(),
  AcceptedBy: text(),
  AcceptedDate: date(),
  EstimateEx: anything(),
};

/** The last one is not on the reference page. */
const STATUSES = ['Pending', 'Accepted', 'Closed', 'Rejected', 'Converted'];

export const estimate: EntityDefinition = salesForm({
  name: 'Estimate',
  path: 'estimate',
  operations: ['create', 'update', 'delete', 'send'],
  required: ['CustomerRef', 'Line'],
  totalCount: false,
  recordsModifier: false,
  numberSequence: 'estimate',
  fields: {
    ...OWN,
    ...SALES_FORM,
    TxnStatus: oneOf(STATUSES),
    LinkedTxn: listOf(object(LINKED_TXN, 'r')),
  },
  derive: [status],
  checks: [notDeletedWhileLinked],
});
