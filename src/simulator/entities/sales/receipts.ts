/** What sales receipts and refunds share: money that changes hands with the form itself. */

import type { Draft, Step } from '../../engine/definition.js';
import { requireMember } from '../steps.js';

/** Nothing stays open on a receipt. */
export const nothingOpen: Step = ({ after }) => {
  after['Balance'] = 0;
};

/**
 * The reference pages call the customer required, and leave it out of their own smallest samples.
 */
export const receiptCustomer: Step = (draft: Draft) => {
  const needed = draft.company.behaviours.receiptWithoutCustomer === 'fault_2020';
  if (needed && draft.operation !== 'delete') requireMember(draft, 'CustomerRef');
};
