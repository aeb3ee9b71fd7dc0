import type { AttachableKind, DocumentKind } from '../src/contract/documents/index.js';
import { reason } from '../src/contract/reasons.js';
import { asBody } from '../src/push/body.js';
import { newest } from '../src/push/candidates.js';
import { definePush, type Plan } from '../src/push/job.js';
import type { EntityName } from '../src/qbo/entities.js';
import {
  attachmentBody,
  isAttached,
  type QuickBooksAttachment,
  sameAttachment,
} from '../src/qbo/mapping/attachment.js';
import { readMark } from '../src/qbo/mapping/provenance.js';
import { readEntity } from '../src/qbo/mapping/quickbooks-types.js';
import { select } from '../src/qbo/query.js';
import type { UploadBody } from '../src/qbo/upload.js';

const HOST = 'attachedTo';

/** A stored upload: what the file is, and which bytes go with it. */
type Upload = UploadBody & { Attachable: QuickBooksAttachment };

const ENTITY_OF: Readonly<Record<AttachableKind, EntityName>> = {
  invoice: 'Invoice',
  sales_receipt: 'SalesReceipt',
  credit_memo: 'CreditMemo',
  payment: 'Payment',
  purchase_order: 'PurchaseOrder',
  bill: 'Bill',
  vendor_credit: 'VendorCredit',
};

/** What it is in QuickBooks: an order may be a bill there. */
function entityOf(kind: DocumentKind): EntityName {
  if (!isAttachable(kind)) throw new Error(`Nothing is attached to ${kind}`);
  return ENTITY_OF[kind];
}

const isAttachable = (kind: DocumentKind): kind is AttachableKind => Object.hasOwn(ENTITY_OF, kind);

/**
 * Attaches a file to its document in QuickBooks, once that is there. Other bytes under the same name
 * are uploaded beside the old ones, which are deleted then: a failure between never leaves none.
 */
export const pushAttachment = definePush({
  name: 'push-attachment',
  kind: 'attachment',
  entity: 'Attachable',
  exclusive: true,
  isOnlyLookedUp: true,

  dateOf: () => undefined,

  needs: ({ document: { attachedTo } }) => [{ role: HOST, ...attachedTo, isHost: true }],

  mentions: () => [],

  currentId: ({ link }) => link?.quickbooksId,

  plan({ document, link }, { needed, stored, mark }): Plan {
    const { kind } = document.attachedTo;
    const { quickbooksId, storedAs } = needed.get(HOST) ?? { quickbooksId: null, storedAs: null };
    const host = { entity: entityOf(storedAs ?? kind), quickbooksId: quickbooksId ?? '' };
    const isThere =
      stored !== undefined && isAttached(readEntity('Attachable', stored), document, host, mark);
    if (link !== null && isThere) return { kind: 'have', quickbooksId: link.quickbooksId };
    const { content, size } = document;
    const body: Upload = { Attachable: attachmentBody(document, host, mark), content, size };
    return { kind: 'write', operation: 'create', body: asBody(body), problems: [] };
  },

  read(entity, { document: { size } }) {
    const stored = readEntity('Attachable', entity);
    const rule = `QuickBooks stored ${stored.Size} of ${size} bytes`;
    const isWhole = stored.Size === undefined || stored.Size === size;
    return {
      quickbooksId: stored.Id,
      syncToken: stored.SyncToken,
      number: stored.FileName ?? null,
      totalMinor: null,
      balanceMinor: null,
      warnings: [],
      record: null,
      problem: isWhole ? null : reason('invalid_field', { field: 'content', rule }),
    };
  },

  lookUp(_, sent, mark, since) {
    const { Attachable, size } = sent as unknown as Upload;
    const { type, value } = Attachable.AttachableRef[0].EntityRef;
    return {
      queries: [
        newest(
          select('Attachable')
            .where('AttachableRef.EntityRef.Type', '=', type)
            .where('AttachableRef.EntityRef.value', '=', value),
        ),
      ],
      judge: (candidate) =>
        sameAttachment(readEntity('Attachable', candidate), { sent: Attachable, size, since }),
      numbered: mark !== null,
    };
  },

  holds: (stored, sent) => {
    const mark = readMark((sent as unknown as Upload).Attachable.Note);
    return mark !== null && readMark(readEntity('Attachable', stored).Note) === mark;
  },
});
