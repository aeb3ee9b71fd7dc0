import { reason } from '../contract/reasons.js';
import { findRecords } from '../ledger/companies/found-records.js';
import { LANE_CLASS } from '../ledger/rows.js';
import { lookUpRecords } from './look-up-records.js';
import { INCOME_ACCOUNT } from './mentions.js';
import { endItem, type Sending, type SendingItem } from './sending.js';

/** A product of an item that posts elsewhere than the settings say. */
interface Elsewhere {
  item: SendingItem;
  product: { id: string; name: string; accountId: string };
  wantedId: string;
}

/**
 * A sales line posts where its product posts. One that posts elsewhere than the settings say is told
 * in a warning, or refused where that is set; the product itself is never changed. Where all post as
 * they should, this costs no statement.
 */
export async function compareAccounts(sending: Sending): Promise<void> {
  let found = sending.open.flatMap(postingElsewhere);
  if (found.length === 0) return;
  if (sending.push.laneClass === LANE_CLASS.retry && found.some(isRefused)) {
    found = await asTheyAreNow(sending, found);
  }
  const names = await accountNames(sending, found);
  const nameOf = (id: string) => names.get(id) ?? `account ${id}`;
  for (const { item, product, wantedId } of found) {
    const params = { wanted: nameOf(wantedId), used: nameOf(product.accountId) };
    if (!sending.open.includes(item)) continue;
    if (isRefused({ item })) {
      const why = reason('other_account', { name: product.name, ...params });
      endItem(sending, item, { kind: 'failed', reason: why });
    } else item.warnings.push({ name: 'other_account', params });
  }
}

const isRefused = ({ item }: Pick<Elsewhere, 'item'>) =>
  item.loaded.connection.settings.item.otherAccount === 'fail';

function postingElsewhere(item: SendingItem): Elsewhere[] {
  const wantedId = item.matched.get(INCOME_ACCOUNT);
  if (wantedId === undefined) return [];
  return [...item.records.values()].flatMap(({ type, quickbooksId, name, facts }) => {
    const accountId = facts['incomeAccountId'];
    if (type !== 'item' || typeof accountId !== 'string' || accountId === wantedId) return [];
    return [{ item, product: { id: quickbooksId, name, accountId }, wantedId }];
  });
}

/** A person who mended the product retries: it is read again before the same is said again. */
async function asTheyAreNow(sending: Sending, found: readonly Elsewhere[]): Promise<Elsewhere[]> {
  const ids = [...new Set(found.map(({ product }) => product.id))];
  await lookUpRecords(sending, 'item', [], ids);
  const now = await findRecords(sending.tools.ledger, sending.push.companyId, [
    { type: 'item', ...NO_KEYS, ids },
  ]);
  const accountOf = new Map(now.map((one) => [one.quickbooksId, one.facts['incomeAccountId']]));
  return found.filter(({ product, wantedId }) => accountOf.get(product.id) !== wantedId);
}

const NO_KEYS = { ids: [], foldedKeys: [], emailKeys: [], numbers: [], nameKeys: [] };

async function accountNames(
  sending: Sending,
  found: readonly Elsewhere[],
): Promise<Map<string, string>> {
  const ids = found.flatMap(({ product, wantedId }) => [product.accountId, wantedId]);
  const asked = [{ type: 'account' as const, ...NO_KEYS, ids: [...new Set(ids)] }];
  const { ledger } = sending.tools;
  let records = await findRecords(ledger, sending.push.companyId, asked);
  const known = new Set(records.map(({ quickbooksId }) => quickbooksId));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0 && sending.rehearsal === undefined) {
    // The list was never read: read once, they are in the mirror from then on.
    await lookUpRecords(sending, 'account', [], unknown);
    records = await findRecords(ledger, sending.push.companyId, asked);
  }
  return new Map(records.map(({ quickbooksId, name }) => [quickbooksId, name]));
}
