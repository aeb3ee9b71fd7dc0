import type { Grouped } from '../contract/details.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import type { WriteOperation } from '../qbo/entities.js';
import { groupedLines } from '../qbo/mapping/grouping.js';

/** What Details say of a form whose lines the settings put together; undefined for what has none. */
export function groupedIn(
  { document, connection }: LoadedItem,
  operation: WriteOperation,
): Grouped | undefined {
  const isWritten = operation === 'create' || operation === 'update';
  return isWritten && 'lines' in document
    ? groupedLines(document.lines, connection.settings)
    : undefined;
}
