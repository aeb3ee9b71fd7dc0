/** What each plan of QuickBooks Online has (Intuit's comparison of plans). */

import type { Plan } from '../../engine/company.js';
import type { Step } from '../../engine/definition.js';
import { featureNotSupported } from '../../engine/service-fault.js';

const LEVEL: Readonly<Record<Plan, number>> = {
  simple_start: 1,
  essentials: 2,
  plus: 3,
  advanced: 4,
};

/** The lowest plan with the feature. */
const FROM = {
  'Bills and bill payments': 'essentials',
  'Multiple currencies': 'essentials',
  'Purchase orders': 'plus',
  'Time tracking': 'essentials',
  'Class and location tracking': 'plus',
  Inventory: 'plus',
  Projects: 'plus',
} as const satisfies Record<string, Plan>;

export type Feature = keyof typeof FROM;

export function planHas(plan: Plan, feature: Feature): boolean {
  return LEVEL[plan] >= LEVEL[FROM[feature]];
}

/** A check: fault 5030 where the company's plan lacks the feature. */
export function planNeeds(feature: Feature): Step {
  return ({ company, errors }) => {
    if (!planHas(company.facts.plan, feature)) errors.push(featureNotSupported(feature));
  };
}
