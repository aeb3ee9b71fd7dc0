/** The currency of a transaction and its amounts in the company's own. */

import type { Step } from '../../engine/definition.js';
import { homeCurrency } from '../steps.js';

/** Runs among the defaults. */
export const transactionCurrency: Step = homeCurrency;

/** Runs last among the derived values, when `TotalAmt` and `Balance` stand. */
export const homeAmounts: Step = () => undefined;
