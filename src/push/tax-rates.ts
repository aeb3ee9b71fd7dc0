import { traitsOf } from '../contract/documents/kinds.js';
import { findRecords } from '../ledger/companies/found-records.js';
import { mirrorRecords } from '../ledger/companies/records.js';
import { findUntaxedCode } from '../ledger/companies/untaxed-code.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import type { JsonObject } from '../qbo/fault.js';
import { mirrored } from '../qbo/mapping/mirrored.js';
import { recordOf } from '../qbo/mapping/records.js';
import {
  type RatesByCode,
  rateIdsOf,
  ratesOn,
  type TaxRate,
  type TaxSide,
} from '../qbo/mapping/tax-rates.js';
import { MAX_PAGE, select } from '../qbo/query.js';
import type { PlanContext } from './job.js';
import { lookUpRecords } from './look-up-records.js';
import type { Sending } from './sending.js';

/**
 * Knows the rates of the tax codes that documents of the push have, so that what QuickBooks will come
 * to can be foreseen. From the mirror; a rate that is not there yet costs one metered read, once, and
 * so does a code that was mirrored without its rates of that side.
 */
export async function knowTaxRates(sending: Sending): Promise<void> {
  const side = traitsOf(sending.push.kind).form;
  if (side === null) return;
  await knowRatesOfCodes(sending, side);
  const ids = new Set(codesOf(sending).flatMap(({ facts }) => rateIdsOf(facts, side) ?? []));
  if (ids.size === 0) return;
  if (sending.open.some(({ loaded }) => mayRound(loaded))) {
    const { tools, push } = sending;
    sending.untaxedCode = await findUntaxedCode(tools.ledger, push.companyId, side);
  }
  await takeFromMirror(sending, [...ids]);
  const unknown = [...ids].filter((id) => !sending.taxRates.has(id)).slice(0, MAX_PAGE);
  if (unknown.length === 0 || sending.rehearsal !== undefined) return;
  await readRates(sending, unknown);
  await takeFromMirror(sending, unknown);
}

/** Rates of the tax codes that were matched, as far as they are known on that day. */
export function ratesByCode(
  { records, taxRates, untaxedCode }: Pick<PlanContext, 'records' | 'taxRates' | 'untaxedCode'>,
  on: { date: string | undefined; side: TaxSide },
): RatesByCode {
  const rates = new Map<string, readonly TaxRate[]>();
  for (const { type, quickbooksId, facts } of records.values()) {
    const found = type === 'tax_code' ? ratesOn(facts, taxRates, on) : undefined;
    if (found !== undefined) rates.set(quickbooksId, found);
  }
  if (untaxedCode !== undefined) {
    const { quickbooksId, rateIds } = untaxedCode;
    rates.set(
      quickbooksId,
      rateIds.map((id) => ({ id, percent: '0' })),
    );
  }
  return rates;
}

const mayRound = ({ connection }: LoadedItem) => connection.settings.difference === 'rounding_line';

function codesOf({ open }: Sending) {
  return open.flatMap(({ records }) =>
    [...records.values()].filter(({ type }) => type === 'tax_code'),
  );
}

/** Codes mirrored before the rates of that side were kept say nothing of them: they are read again. */
async function knowRatesOfCodes(sending: Sending, side: TaxSide): Promise<void> {
  const silent = codesOf(sending).filter(({ facts }) => rateIdsOf(facts, side) === undefined);
  if (silent.length === 0 || sending.rehearsal !== undefined) return;
  const ids = [...new Set(silent.map(({ quickbooksId }) => quickbooksId))];
  await lookUpRecords(sending, 'tax_code', [], ids);
  const read = await findRecords(sending.tools.ledger, sending.push.companyId, [
    { type: 'tax_code', ids, ...NOTHING_ELSE },
  ]);
  const byId = new Map(read.map((record) => [record.quickbooksId, record]));
  for (const { records } of sending.open) {
    for (const [role, { type, quickbooksId }] of records) {
      const known = type === 'tax_code' ? byId.get(quickbooksId) : undefined;
      if (known !== undefined) records.set(role, known);
    }
  }
}

const NOTHING_ELSE = { foldedKeys: [], emailKeys: [], numbers: [], nameKeys: [] };

async function takeFromMirror(sending: Sending, ids: readonly string[]): Promise<void> {
  const found = await findRecords(sending.tools.ledger, sending.push.companyId, [
    { type: 'tax_rate', ids, ...NOTHING_ELSE },
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
