/** What can become of a company from outside its own API: its plan, its subscription, its settings. */

import type { Company, Plan, Subscription } from '../engine/company.js';
import { touch } from '../engine/write.js';
import { type JsonObject, mergeJson, objectsOf, textOf } from '../json.js';
import { PLAN_NAMES } from '../sample/company.js';

export interface CompanyChange {
  plan?: Plan;
  /** `lapsed`: everything can be read, nothing written (fault 6190). */
  subscription?: Subscription;
  /** Laid over the Preferences, group by group; also those no app can set. */
  preferences?: JsonObject;
}

export function changeCompany(company: Company, change: CompanyChange, nowMs: number): void {
  const { facts } = company;
  if (change.plan !== undefined) facts.plan = change.plan;
  if (change.subscription !== undefined) facts.subscription = change.subscription;
  const pairs = {
    OfferingSku: `QuickBooks Online ${PLAN_NAMES[facts.plan]}`,
    // What it says of a company that has not paid is not recorded.
    SubscriptionStatus: facts.subscription === 'lapsed' ? 'SUSPENDED' : 'PAID',
  };
  const info = company.find('CompanyInfo', '1');
  const NameValue = objectsOf(info, 'NameValue').map((pair) => {
    const name = textOf(pair, 'Name');
    return name === 'OfferingSku' || name === 'SubscriptionStatus'
      ? { ...pair, Value: pairs[name] }
      : pair;
  });
  if (info !== undefined) replace(company, 'CompanyInfo', { NameValue }, nowMs);
  if (change.preferences !== undefined) {
    const stored = company.find('Preferences', '1') ?? {};
    const settings = mergeJson(stored, change.preferences);
    const { Id, SyncToken, MetaData, domain, sparse, ...groups } = settings;
    replace(company, 'Preferences', groups, nowMs);
  }
}

function replace(company: Company, entity: string, members: JsonObject, nowMs: number): void {
  const definition = company.definitions.get(entity);
  if (definition !== undefined) touch(company, definition, '1', members, { bump: true, nowMs });
}
