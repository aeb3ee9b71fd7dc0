/** The months of the year, as settings name them. */

import { oneOf } from '../../engine/fields.js';

export const MONTH = oneOf([
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]);
