/**
 * `POST taxservice/taxcode`: the only way an app makes tax codes and rates (TaxService reference
 * page). The request names new rates or points to existing ones; the answer repeats it with the
 * ids and has no envelope key.
 */

import type { Company } from '../../engine/company.js';
import { subscriptionEnded } from '../../engine/company-faults.js';
import {
  businessValidation,
  duplicateName,
  type FaultError,
  invalidEnumeration,
  invalidNumber,
  missingMember,
  referenceNotFound,
  ServiceFault,
  wrongLength,
} from '../../engine/service-fault.js';
import { type JsonObject, numberOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { pacificSeconds } from '../../pacific.js';
import { TAX_CODE_NAME_MAX, taxCode, taxRate } from './tax-lists.js';

/** A rate a code is made of, on one side of the books. */
interface Part {
  /** Undefined for a rate still to be made. */
  rateId: string | undefined;
  name: string;
  percent: number;
  agencyId: string;
  side: string;
}

const SIDES = ['Sales', 'Purchase', 'Other'];
const RATE_NAME_MAX = 100;
const NEW_RATE = 'new';

/** @throws ServiceFault with every error found. Nothing is stored then. */
export function createTaxCode(company: Company, body: JsonObject, nowMs: number): JsonObject {
  if (company.facts.subscription === 'lapsed') {
    throw new ServiceFault([subscriptionEnded(company.facts.plan)]);
  }
  const errors: FaultError[] = [];
  const name = codeName(company, body, errors);
  const details = objectsOf(body, 'TaxRateDetails');
  if (details.length === 0) errors.push(missingMember('TaxRateDetails'));
  const parts = details.map((detail) => partOf(company, detail, errors));
  checkTogether(parts, errors);
  if (errors.length > 0) throw new ServiceFault(errors);
  const made = parts.map((part) => ({
    ...part,
    rateId: part.rateId ?? storeRate(company, part, nowMs),
  }));
  const TaxCodeId = storeCode(company, name, made, nowMs);
  return {
    TaxCode: name,
    TaxCodeId,
    TaxRateDetails: made.map(({ rateId, name: TaxRateName, percent, agencyId, side }) => ({
      TaxRateName,
      TaxRateId: rateId,
      RateValue: percent,
      TaxAgencyId: agencyId,
      TaxApplicableOn: side,
    })),
  };
}

function codeName(company: Company, body: JsonObject, errors: FaultError[]): string {
  const name = textOf(body, 'TaxCode')?.trim() ?? '';
  if (name === '') errors.push(missingMember('TaxCode'));
  if (name.length > TAX_CODE_NAME_MAX) {
    errors.push(wrongLength('TaxCode', TAX_CODE_NAME_MAX, name.length));
  }
  if (company.names.isTaken('taxcode', name, NEW_RATE)) errors.push(duplicateName('tax code'));
  return name;
}

function partOf(company: Company, detail: JsonObject, errors: FaultError[]): Part {
  const side = textOf(detail, 'TaxApplicableOn') ?? 'Sales';
  if (!SIDES.includes(side)) errors.push(invalidEnumeration(side));
  const known = textOf(detail, 'TaxRateId');
  return known === undefined
    ? newPart(company, detail, side, errors)
    : existingPart(company, known, side, errors);
}

function existingPart(company: Company, rateId: string, side: string, errors: FaultError[]): Part {
  const rate = company.find('TaxRate', rateId);
  if (rate === undefined) errors.push(referenceNotFound('TaxRates', rateId));
  return {
    rateId,
    name: textOf(rate, 'Name') ?? '',
    percent: numberOf(rate, 'RateValue') ?? 0,
    agencyId: refIdOf(rate, 'AgencyRef') ?? '',
    side,
  };
}

function newPart(company: Company, detail: JsonObject, side: string, errors: FaultError[]): Part {
  const name = textOf(detail, 'TaxRateName')?.trim() ?? '';
  if (name === '') errors.push(missingMember('TaxRateName'));
  if (name.length > RATE_NAME_MAX) {
    errors.push(wrongLength('TaxRateName', RATE_NAME_MAX, name.length));
  }
  if (company.names.isTaken('taxrate', name, NEW_RATE)) errors.push(duplicateName('tax rate'));
  const value = detail['RateValue'];
  // The samples of the reference page send the rate in quotes.
  const percent =
    value === undefined || value === null || value === '' ? Number.NaN : Number(value);
  if (value === undefined || value === null) errors.push(missingMember('RateValue'));
  else if (!(percent >= 0 && percent <= 100)) {
    errors.push(invalidNumber('RateValue', String(value)));
  }
  const agencyId = String(detail['TaxAgencyId'] ?? '');
  if (agencyId === '') errors.push(missingMember('TaxAgencyId'));
  else if (company.find('TaxAgency', agencyId) === undefined) {
    errors.push(referenceNotFound('TaxAgencies', agencyId));
  }
  return { rateId: undefined, name, percent, agencyId, side };
}

/** Each agency has one rate in each direction, and names differ. */
function checkTogether(parts: readonly Part[], errors: FaultError[]): void {
  const directions = new Set(parts.map(({ side, agencyId }) => `${side}:${agencyId}`));
  if (directions.size < parts.length) {
    errors.push(
      businessValidation('Only one tax rate for each tax agency and direction can be added.'),
    );
  }
  const fresh = parts.filter(({ rateId, name }) => rateId === undefined && name !== '');
  if (new Set(fresh.map(({ name }) => name.toLowerCase())).size < fresh.length) {
    errors.push(duplicateName('tax rate'));
  }
}

function storeRate(company: Company, part: Part, nowMs: number): string {
  const id = company.nextId(taxRate.ids.series, taxRate.ids.first);
  company.store(taxRate, {
    Name: part.name,
    Description: part.name,
    Active: true,
    RateValue: part.percent,
    AgencyRef: { value: part.agencyId },
    SpecialTaxType: part.percent === 0 ? 'ZERO_RATE' : 'NONE',
    DisplayType: 'ReadOnly',
    ...systemMembers(id, nowMs),
  });
  return id;
}

function storeCode(
  company: Company,
  name: string,
  parts: readonly (Part & { rateId: string })[],
  nowMs: number,
): string {
  const id = company.nextId(taxCode.ids.series, taxCode.ids.first);
  const listOn = (wanted: string) => ({
    TaxRateDetail: parts
      .filter(({ side }) => side === wanted)
      .map(({ rateId }, TaxOrder) => ({
        TaxRateRef: company.referenceTo('TaxRate', rateId),
        TaxTypeApplicable: 'TaxOnAmount',
        TaxOrder,
      })),
  });
  company.store(taxCode, {
    Name: name,
    Description: name,
    Active: true,
    Taxable: true,
    TaxGroup: true,
    SalesTaxRateList: listOn('Sales'),
    PurchaseTaxRateList: listOn('Purchase'),
    ...systemMembers(id, nowMs),
  });
  return id;
}

function systemMembers(Id: string, nowMs: number): JsonObject {
  const time = pacificSeconds(nowMs);
  const MetaData = { CreateTime: time, LastUpdatedTime: time };
  return { domain: 'QBO', sparse: false, Id, SyncToken: '0', MetaData };
}
