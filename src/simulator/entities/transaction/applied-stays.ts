/** What stays as it is while payments are applied to it. */

import type { Step } from '../../engine/definition.js';
import { businessValidation, cannotDelete } from '../../engine/service-fault.js';
import { type JsonObject, refIdOf, textOf } from '../../json.js';
import { paymentsApplying, receivable } from './receivables.js';

/** Fault 800 for what payments are applied to. */
export const notDeletedWhileApplied: Step = ({
  company,
  definition,
  operation,
  before,
  errors,
}) => {
  if (operation !== 'delete' || before === undefined) return;
  const target = { entity: definition.name, id: textOf(before, 'Id') ?? '' };
  const owner = refIdOf(before, 'CustomerRef');
  if (paymentsApplying(company, target, owner).length > 0) errors.push(cannotDelete());
};

/** A paid invoice stays with its customer; QuickBooks' own answer is not recorded. */
export const customerStaysWhileApplied: Step = (draft) => {
  const { company, definition, operation, before, after, errors } = draft;
  const owner = refIdOf(before, 'CustomerRef');
  if (operation === 'delete' || owner === undefined) return;
  if (owner === refIdOf(after, 'CustomerRef')) return;
  const target = { entity: definition.name, id: textOf(before, 'Id') ?? '' };
  if (paymentsApplying(company, target, owner).length === 0) return;
  errors.push(
    businessValidation(
      'The customer of a transaction cannot be changed while payments are applied to it.',
    ),
  );
};

/**
 * For what is a charge or credit by its lines on a receivable account. What payments are applied to
 * stays: fault 800 for a delete, 6000 for taking it away.
 *
 * @param customersOf whose charge or credit it may be
 */
export function appliedLinesStay(
  entity: string,
  customersOf: (object: JsonObject) => Iterable<string>,
): Step {
  return ({ company, before, after, operation, errors }) => {
    const id = textOf(before, 'Id');
    if (before === undefined || id === undefined) return;
    const target = { entity, id };
    for (const customer of customersOf(before)) {
      if (paymentsApplying(company, target, customer).length === 0) continue;
      if (operation === 'delete') {
        errors.push(cannotDelete());
        return;
      }
      const was = receivable(company, target, customer, before);
      const will = receivable(company, target, customer, after);
      const isKept = will !== undefined && will.sign === was?.sign && will.openCents >= 0;
      if (isKept && operation !== 'void') continue;
      errors.push(businessValidation('Payments are applied to a line that is to be changed.'));
    }
  };
}
