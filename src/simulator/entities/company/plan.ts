/** What each plan of QuickBooks Online has (Intuit's comparison of plans and its SKU table). */

import type { Plan } from '../../engine/company.js';
import { permissionDenied } from '../../engine/company-faults.js';
import type { Draft, Step } from '../../engine/definition.js';
import { featureNotSupported, ServiceFault } from '../../engine/service-fault.js';

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

/** A check: the fault for a feature where the company's plan lacks it. */
export function planNeeds(feature: Feature): Step {
  return (draft) => {
    if (!planHas(draft.company.facts.plan, feature)) refuseFeature(draft, feature);
  };
}

/**
 * Fault 5030 for what a company has not, or has not switched on. The list of codes keeps 5020 for
 * what the product does not include; which of them comes, and with which status, is not recorded.
 */
export function refuseFeature({ company, errors }: Draft, feature: string): void {
  switch (company.behaviours.missingFeature) {
    case 'fault_5020':
      errors.push(permissionDenied(feature));
      return;
    case 'fault_5020_403':
      throw new ServiceFault([permissionDenied(feature)], 403, 'AuthorizationFault');
    default:
      errors.push(featureNotSupported(feature));
  }
}
