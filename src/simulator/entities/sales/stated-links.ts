/** Links of an invoice or sales receipt: those it states itself, and those others put there. */

import type { Step } from '../../engine/definition.js';
import { cannotDelete } from '../../engine/service-fault.js';
import { type JsonObject, objectsOf, textOf } from '../../json.js';

/** What a sale may say it bills. All other links are shown, not stated: a payment's, a deposit's. */
const STATED: ReadonlySet<string | undefined> = new Set([
  'Estimate',
  'TimeActivity',
  'ReimburseCharge',
  'StatementCharge',
]);

const isStated = (link: JsonObject) => STATED.has(textOf(link, 'TxnType'));

/**
 * `LinkedTxn` is what the request and its lines state, then what stands there because of others
 * (recorded in this order). Stating fewer links than before takes them off the stored lines too.
 */
export const statedLinks: Step = ({ before, sent, after }) => {
  const header = objectsOf(after, 'LinkedTxn').filter(isStated);
  if (before !== undefined && sent['LinkedTxn'] !== undefined && sent['Line'] === undefined) {
    after['Line'] = objectsOf(after, 'Line').map((line) => onlyLinksOf(line, header));
  }
  const ofLines = objectsOf(after, 'Line').flatMap((line) => objectsOf(line, 'LinkedTxn'));
  const shown = objectsOf(before, 'LinkedTxn').filter((link) => !isStated(link));
  after['LinkedTxn'] = distinct([...header, ...ofLines.filter(isStated), ...shown]);
};

function onlyLinksOf(line: JsonObject, header: readonly JsonObject[]): JsonObject {
  const { LinkedTxn, ...rest } = line;
  const kept = objectsOf(line, 'LinkedTxn').filter((link) => header.some(sameTarget(link)));
  return kept.length === 0 || LinkedTxn === undefined ? rest : { ...line, LinkedTxn: kept };
}

const sameTarget = (link: JsonObject) => (other: JsonObject) =>
  other['TxnId'] === link['TxnId'] && other['TxnType'] === link['TxnType'];

function distinct(links: readonly JsonObject[]): JsonObject[] {
  const seen: JsonObject[] = [];
  for (const link of links) {
    if (!seen.some(sameTarget(link))) {
      seen.push({ TxnId: link['TxnId'], TxnType: link['TxnType'] });
    }
  }
  return seen;
}

/** Only an invoice shows an empty list (recorded). */
export const presentLinks: Step = ({ after }) => {
  if (objectsOf(after, 'LinkedTxn').length === 0) delete after['LinkedTxn'];
};

/** Fault 800 (Invoice reference page: what is linked must be unlinked before). */
export const notDeletedWhileLinked: Step = ({ operation, before, errors }) => {
  if (operation === 'delete' && objectsOf(before, 'LinkedTxn').length > 0) {
    errors.push(cannotDelete());
  }
};
