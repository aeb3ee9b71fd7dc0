import type { PartyKind } from '../contract/documents/index.js';
import { toDecimalString } from '../contract/money.js';
import type { JudgeTransaction } from '../ledger/changes/changed-documents.js';
import type { PartyLink, PartyNow } from '../ledger/changes/changed-parties.js';
import type { JudgeDrift } from '../ledger/changes/noted-drift.js';
import type { Ledger } from '../ledger/database/open.js';
import type { LastRequest } from '../ledger/pushes/last-requests.js';
import { decryptWanted } from '../ledger/statements/wanted.js';
import { readBatch, writtenBody } from '../qbo/batch.js';
import type { EntityName } from '../qbo/entities.js';
import type { JsonObject } from '../qbo/fault.js';
import type { ItemResult } from '../qbo/item-result.js';
import type { FormEntity } from '../qbo/mapping/changed.js';
import {
  type DriftedField,
  type LastSent,
  paymentDrift,
  purchaseDrift,
  salesDrift,
} from '../qbo/mapping/drift.js';
import { partyDrift } from '../qbo/mapping/party-drift.js';
import type {
  QuickBooksPayment,
  QuickBooksPurchaseForm,
  QuickBooksSalesForm,
} from '../qbo/mapping/quickbooks-types.js';
import { readSingle } from '../qbo/single.js';

/** Judges objects by what was sent for them last, and by what QuickBooks had answered to it. */
export function judgeOf(
  entity: FormEntity | 'Payment',
  jsonById: ReadonlyMap<string, JsonObject>,
  merged: ReadonlyMap<string, string>,
): JudgeTransaction {
  return (now, { link }, last) => {
    const json = jsonById.get(now.quickbooksId);
    const sent = last === undefined ? undefined : bodyOf(last, entity);
    if (json === undefined || last === undefined || sent === undefined) {
      return listedDrift(now, link);
    }
    return driftOf(entity, json, { sent, answered: answerOf(last, entity), merged });
  };
}

/** Judges customers or suppliers by what the app states of them. */
export function judgePartiesOf(
  ledger: Ledger,
  kind: PartyKind,
  jsonById: ReadonlyMap<string, JsonObject>,
): JudgeDrift<PartyNow, PartyLink> {
  const entity = kind === 'customer' ? 'Customer' : 'Vendor';
  return ({ quickbooksId }, { link, settings, wantedCipher, ...key }, last) => {
    const { connectionId, externalId } = key;
    return partyDrift(kind, jsonById.get(quickbooksId), {
      document: decryptWanted(ledger, { connectionId, kind, externalId }, wantedCipher),
      answered: last === undefined ? null : answerOf(last, entity),
      isOurs: link.origin === 'pushed',
      isResent: kind === 'customer' && settings.drift === 'push_ours',
    });
  };
}

function driftOf(
  entity: FormEntity | 'Payment',
  json: JsonObject,
  { sent, ...last }: LastSent<JsonObject>,
): DriftedField[] {
  // What we wrote ourselves has the shape we write.
  const as = <Sent>() => ({ sent: sent as unknown as Sent, ...last });
  switch (entity) {
    case 'Payment':
      return paymentDrift(json, as<QuickBooksPayment>());
    case 'PurchaseOrder':
    case 'Bill':
    case 'VendorCredit':
      return purchaseDrift(entity, json, as<QuickBooksPurchaseForm>());
    default:
      return salesDrift(entity, json, as<QuickBooksSalesForm>());
  }
}

const idOf = ({ batchItemId }: LastRequest) => batchItemId ?? '';

function bodyOf(last: LastRequest, entity: FormEntity | 'Payment'): JsonObject | undefined {
  return writtenBody(last, { bId: idOf(last), entity });
}

function answerOf(last: LastRequest, entity: EntityName): JsonObject | null {
  const result = resultOf(last, entity);
  return result?.kind === 'ok' ? result.entity : null;
}

function resultOf(last: LastRequest, entity: EntityName): ItemResult | undefined {
  const { status, body } = last.answer;
  const ending = { kind: 'answered', status, body, intuitTid: null } as const;
  if (last.call === 'single') return readSingle(entity, ending);
  const batch = readBatch([{ bId: idOf(last), entity }], ending);
  return batch.kind === 'items' ? batch.items.get(idOf(last)) : undefined;
}

/** The bytes are forgotten by now: number and total are still known from the link. */
function listedDrift(
  now: Parameters<JudgeTransaction>[0],
  link: Parameters<JudgeTransaction>[1]['link'],
): DriftedField[] {
  const currency = link.currency ?? undefined;
  const fields: DriftedField[] = [];
  if (link.number !== null && now.number !== link.number) {
    fields.push({ field: 'number', theirs: now.number, ours: link.number });
  }
  if (link.totalMinor !== null && now.totalMinor !== link.totalMinor) {
    fields.push({
      field: 'total',
      theirs: toDecimalString(now.totalMinor, currency),
      ours: toDecimalString(link.totalMinor, currency),
    });
  }
  return fields;
}
