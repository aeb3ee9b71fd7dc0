/**
 * Exchange rates: how many units of the company's own currency one foreign unit costs on a day.
 * Read by `exchangerate?sourcecurrencycode=EUR&asofdate=2026-11-22` and by query. Unless an app
 * or a person has set one, a day has a sample rate: the same for the same day, always.
 */

import type { Company } from '../../engine/company.js';
import type { EntityDefinition, OnDemand, Step } from '../../engine/definition.js';
import { anything, date, decimal, text } from '../../engine/fields.js';
import type { Condition } from '../../engine/query/parse.js';
import {
  invalidDate,
  invalidEnumeration,
  invalidNumber,
  missingMember,
  ServiceFault,
} from '../../engine/service-fault.js';
import { SYSTEM } from '../../engine/shapes.js';
import { type JsonObject, numberOf, textOf } from '../../json.js';
import { pacificDate, pacificSeconds } from '../../pacific.js';
import { CURRENCY_NAMES, hasCurrencies } from './currencies.js';
import { refuseFeature } from './plan.js';

/** US dollars per unit, about as in November 2026. Their truth does not matter, their size does. */
const DOLLARS: Readonly<Record<string, number>> = {
  AED: 0.2723,
  AUD: 0.66,
  BRL: 0.18,
  CAD: 0.72,
  CHF: 1.24,
  CNY: 0.14,
  CZK: 0.047,
  DKK: 0.155,
  EUR: 1.16,
  GBP: 1.32,
  HKD: 0.1285,
  HUF: 0.003,
  ILS: 0.3,
  INR: 0.0113,
  JPY: 0.0065,
  KRW: 0.0007,
  MXN: 0.054,
  NOK: 0.098,
  NZD: 0.57,
  PHP: 0.017,
  PLN: 0.27,
  SEK: 0.105,
  SGD: 0.77,
  THB: 0.031,
  TRY: 0.023,
  USD: 1,
  ZAR: 0.058,
};

const DAY_MS = 86_400_000;
/** A rate goes up and down by this part of itself, in about a year. */
const SWING = 0.04;
const DIGITS = 1e6;

/** Units of the company's currency for one of `code` on that day. 1 for its own. */
export function exchangeRate(company: Company, code: string, day: string): number {
  if (code === company.currency.value) return 1;
  const set = company.find('ExchangeRate', idOf(code, day));
  return numberOf(set, 'Rate') ?? sampleRate(company, code, day);
}

function sampleRate(company: Company, code: string, day: string): number {
  const days = Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
  const phase = [...code].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const swing = 1 + SWING * Math.sin((days + phase) / 58);
  const rate = ((DOLLARS[code] ?? 1) / (DOLLARS[company.currency.value] ?? 1)) * swing;
  return Math.round(rate * DIGITS) / DIGITS;
}

function idOf(code: string, day: string): string {
  return `${code}-${day}`;
}

/** The rate of a day as an object, which is stored from then on. */
function rateOfDay(company: Company, code: string, day: string, nowMs: number): JsonObject {
  const id = idOf(code, day);
  const stored = company.find('ExchangeRate', id);
  if (stored !== undefined) return stored;
  const time = pacificSeconds(nowMs);
  company.store(exchangeRates, {
    SourceCurrencyCode: code,
    TargetCurrencyCode: company.currency.value,
    Rate: exchangeRate(company, code, day),
    AsOfDate: day,
    domain: 'QBO',
    sparse: false,
    Id: id,
    SyncToken: '0',
    MetaData: { LastUpdatedTime: time },
  });
  return company.find('ExchangeRate', id) ?? {};
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const onDemand: OnDemand = {
  read(company, parameters, nowMs) {
    const code = parameters.get('sourcecurrencycode')?.toUpperCase() ?? '';
    const day = parameters.get('asofdate') ?? pacificDate(nowMs);
    if (code === '') throw new ServiceFault([missingMember('sourcecurrencycode')]);
    if (CURRENCY_NAMES[code] === undefined) throw new ServiceFault([invalidEnumeration(code)]);
    if (!DAY.test(day)) throw new ServiceFault([invalidDate('asofdate', day)]);
    return rateOfDay(company, code, day, nowMs);
  },
  /** A query without a day or a currency means today's, and all that the company deals in. */
  forQuery(company, conditions, nowMs) {
    if (!hasCurrencies(company)) return;
    const listed = [...company.collection('CompanyCurrency').objects()];
    const codes =
      valuesOf(conditions, 'sourcecurrencycode') ??
      listed.map((currency) => textOf(currency, 'Code') ?? '');
    const days = valuesOf(conditions, 'asofdate') ?? [pacificDate(nowMs)];
    for (const code of codes.map((each) => each.toUpperCase())) {
      if (CURRENCY_NAMES[code] === undefined) continue;
      for (const day of days) if (DAY.test(day)) rateOfDay(company, code, day, nowMs);
    }
  },
};

function valuesOf(conditions: readonly Condition[], member: string): string[] | undefined {
  return conditions.find(({ property, operator }) => {
    return property.toLowerCase() === member && (operator === '=' || operator === 'IN');
  })?.values;
}

const severalCurrencies: Step = (draft) => {
  if (!hasCurrencies(draft.company)) refuseFeature(draft, 'Multiple currencies');
};

const sensibleRate: Step = ({ after, errors, company }) => {
  const code = textOf(after, 'SourceCurrencyCode') ?? '';
  if (CURRENCY_NAMES[code] === undefined) errors.push(invalidEnumeration(code));
  const target = textOf(after, 'TargetCurrencyCode') ?? company.currency.value;
  if (target !== company.currency.value) errors.push(invalidEnumeration(target));
  const rate = numberOf(after, 'Rate');
  if (rate !== undefined && rate <= 0) errors.push(invalidNumber('Rate', String(rate)));
  after['TargetCurrencyCode'] = target;
};

export const exchangeRates: EntityDefinition = {
  name: 'ExchangeRate',
  path: 'exchangerate',
  family: 'list',
  operations: ['create', 'update'],
  required: ['SourceCurrencyCode', 'AsOfDate', 'Rate'],
  ids: { series: 'exchangerate', first: 1 },
  listName: 'ExchangeRates',
  totalCount: false,
  recordsModifier: false,
  defaultOrder: 'SourceCurrencyCode',
  equalityIndexes: ['SourceCurrencyCode', 'AsOfDate'],
  sortedIndexes: ['AsOfDate'],
  fields: {
    SourceCurrencyCode: text(3, 'fs'),
    TargetCurrencyCode: text(3, 'f'),
    Rate: decimal('f'),
    AsOfDate: date('fs'),
    ExchangeRateEx: anything(),
    ...SYSTEM,
  },
  defaults: [],
  derive: [sensibleRate],
  checks: [severalCurrencies],
  effects: [],
  keyOf(body, _company, nowMs) {
    const code = textOf(body, 'SourceCurrencyCode')?.toUpperCase() ?? '';
    return idOf(code, textOf(body, 'AsOfDate')?.slice(0, 10) ?? pacificDate(nowMs));
  },
  onDemand,
  // A rate is known by its currency and its day; answers show no id.
  shown: ({ Id: _, ...rate }) => rate,
};
