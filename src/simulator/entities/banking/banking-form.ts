/** What deposits, journal entries and transfers share. */

import { type EntityDefinition, NEWEST_FIRST } from '../../engine/definition.js';
import { transactionCurrency } from '../transaction/currency.js';

export const BANKING = {
  family: 'transaction',
  operations: ['create', 'update', 'delete'],
  ids: { series: 'transaction', first: 1 },
  listName: 'Transactions',
  totalCount: true,
  recordsModifier: false,
  defaultOrder: NEWEST_FIRST,
  sortedIndexes: ['TxnDate', 'MetaData.CreateTime'],
  defaults: [transactionCurrency],
} satisfies Partial<EntityDefinition>;
