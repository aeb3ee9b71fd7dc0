import type { LoadedItem } from '../ledger/load.js';
import { findRecords, mirrorRecords } from '../ledger/records.js';
import { findUntaxedCode } from '../ledger/untaxed-code.js';
import type { JsonObject } from '../qbo/fault.js';
import { mirrored } from '../qbo/mapping/mirrored.js';
import { recordOf } from '../qbo/mapping/records.js';
import { rateIdsOf } from '../qbo/mapping/tax-rates.js';
import { MAX_PAGE, select } from '../qbo/query.js';
import type { Sending } from './sending.js';

/**
 * Knows the rates of the tax codes that documents of the push have, so that what QuickBooks will come
 * to can be foreseen. From the mirror; a rate that is not there yet costs one metered read, once.
 */
export async function knowTaxRates(sending: Sending): Promise<void> {
  const ids = new Set(
    sending.open.flatMap((item) =>
      [...item.records.values()].flatMap((record) =>
        record.type === 'tax_code' ? rateIdsOf(record.facts) : [],
      ),
    ),
  );
  if (ids.size === 0) return;
  if (sending.open.some(({ loaded }) => mayRound(loaded))) {
    const { tools, push } = sending;
    sending.untaxedCode = await findUntaxedCode(tools.ledger, push.companyId);
  }
  await takeFromMirror(sending, [...ids]);
  const unknown = [...ids].filter((id) => !sending.taxRates.has(id)).slice(0, MAX_PAGE);
  if (unknown.length === 0 || sending.rehearsal !== undefined) return;
  await readRates(sending, unknown);
  await takeFromMirror(sending, unknown);
}

const mayRound = ({ connection }: LoadedItem) => connection.settings.difference === 'rounding_line';

async function takeFromMirror(sending: Sending, ids: readonly string[]): Promise<void> {
  const none = { foldedKeys: [], emailKeys: [], numbers: [], nameKeys: [] };
  const found = await findRecords(sending.tools.ledger, sending.push.companyId, [
    { type: 'tax_rate', ids, ...none },
  ]);
  for (const { quickbooksId, facts } of found) sending.taxRates.set(quickbooksId, facts);
}

async function readRates(sending: Sending, ids: readonly string[]): Promise<void> {
  const { ledger, quickbooks } = sending.tools;
  const { companyId } = sending.push;
  const query = select('TaxRate').whereIn('Id', ids).page(1, MAX_PAGE).text();
  const rows = await quickbooks.query<JsonObject>(companyId, query, { signal: sending.signal });
  await mirrorRecords(
    ledger.sql,
    companyId,
    rows.map((row) => mirrored(recordOf('tax_rate', row))),
  );
}
