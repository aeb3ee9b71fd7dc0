/** Purchase orders: what is asked of a vendor. They move no balance. */

import type { Step } from '../../engine/definition.js';
import { anything, date, flag, object, oneOf, reference, text } from '../../engine/fields.js';
import { cannotDelete, missingMember } from '../../engine/service-fault.js';
import { ADDRESS, EMAIL } from '../../engine/shapes.js';
import { objectsOf, sameJson, textOf } from '../../json.js';
import { planNeeds } from '../company/plan.js';
import { orderCustomFields } from '../sales/custom-fields.js';
import { absentBecomes, addressIds, emailsLookRight } from '../steps.js';
import { numberIsFree } from '../transaction/rules.js';
import { sending } from '../transaction/sending.js';
import { addressOfVendor, linksStay, payableAccountIsOne, purchaseForm } from './purchase-form.js';
import { VENDOR_FORM } from './shapes.js';

const status: Step = ({ after, before }) => {
  after['POStatus'] ??= textOf(before, 'POStatus') ?? 'Open';
};

/**
 * Recorded: item lines that an update changed say how much of them has come. A line that is sent
 * as it stands stays as it stands, so that an update that changes nothing changes nothing.
 */
const receivedSoFar: Step = ({ after, before, sent }) => {
  if (before === undefined || sent['Line'] === undefined) return;
  const stored = new Map(objectsOf(before, 'Line').map((line) => [textOf(line, 'Id'), line]));
  after['Line'] = objectsOf(after, 'Line').map((line) => {
    const known = stored.get(textOf(line, 'Id'));
    const { Id, LineNum, Description, Amount, Received, ...rest } = line;
    const stays = known !== undefined && sameJson(known, line);
    if (stays || line['ItemBasedExpenseLineDetail'] === undefined) return line;
    const head = Description === undefined ? { Id, LineNum } : { Id, LineNum, Description };
    return { ...head, Amount, Received: Received ?? 0, ...rest };
  });
};

const addressForSending: Step = ({ after, errors }) => {
  if (after['EmailStatus'] === 'NeedToSend' && after['POEmail'] === undefined) {
    errors.push(missingMember('POEmail'));
  }
};

const unbilledBeforeDelete: Step = ({ operation, before, errors }) => {
  if (operation === 'delete' && objectsOf(before, 'LinkedTxn').length > 0) {
    errors.push(cannotDelete());
  }
};

export const purchaseOrder = purchaseForm({
  name: 'PurchaseOrder',
  path: 'purchaseorder',
  operations: ['create', 'update', 'delete', 'send'],
  required: ['VendorRef', 'APAccountRef', 'Line'],
  totalCount: true,
  recordsModifier: true,
  numberSequence: 'purchase order',
  lines: { numbered: true, linked: false },
  fields: {
    TaxCodeRef: reference('TaxCode'),
    ClassRef: reference('Class'),
    ReimbursableInfoRef: reference(),
    SalesTermRef: reference('Term', 'u'),
    DueDate: date(),
    ExpectedDate: date(),
    VendorAddr: object(ADDRESS),
    ShipTo: reference('Customer'),
    DropShipToEntity: reference(),
    InventorySiteRef: reference(),
    ShipAddr: object(ADDRESS),
    ShipMethodRef: reference(),
    FOB: text(15),
    POEmail: object(EMAIL),
    TemplateRef: reference(),
    PrintStatus: oneOf(['NotSet', 'NeedToPrint', 'PrintComplete']),
    EmailStatus: oneOf(['NotSet', 'NeedToSend', 'EmailSent']),
    ManuallyClosed: flag(),
    POStatus: oneOf(['Open', 'Closed']),
    PurchaseOrderEx: anything(),
    ...VENDOR_FORM,
  },
  defaults: [addressOfVendor],
  derive: [
    addressIds(['VendorAddr', 'ShipAddr']),
    orderCustomFields,
    status,
    receivedSoFar,
    linksStay,
    absentBecomes({ EmailStatus: 'NotSet', LinkedTxn: [] }),
  ],
  checks: [
    planNeeds('Purchase orders'),
    payableAccountIsOne,
    numberIsFree,
    addressForSending,
    emailsLookRight(['POEmail']),
    unbilledBeforeDelete,
  ],
  sending,
});
