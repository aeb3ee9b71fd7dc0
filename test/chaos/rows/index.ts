import { CHANGES_ROWS } from './changes.js';
import { DEPLOY_ROWS } from './deploy.js';
import { HOST_ROWS } from './host.js';
import { POSTGRES_ROWS } from './postgres.js';
import { QUEUE_ROWS } from './queue.js';
import { QUICKBOOKS_ROWS } from './quickbooks.js';
import type { Row } from './row.js';
import { TOKENS_ROWS } from './tokens.js';
import { WEB_ROWS } from './web.js';
import { WORKER_ROWS } from './worker.js';

export type { Row } from './row.js';

/** The fault matrix: a file of rows for each place where something goes wrong; here in order. */
export const ROWS: readonly Row[] = [
  ...CHANGES_ROWS,
  ...DEPLOY_ROWS,
  ...HOST_ROWS,
  ...POSTGRES_ROWS,
  ...QUEUE_ROWS,
  ...QUICKBOOKS_ROWS,
  ...TOKENS_ROWS,
  ...WEB_ROWS,
  ...WORKER_ROWS,
].sort((one, other) => Number(one.number.slice(1)) - Number(other.number.slice(1)));

/** @throws Error where there is no such row, or it is said to come later */
export function rowOf(number: Row['number']): Row {
  const found = ROWS.find((row) => row.number === number);
  if (found === undefined) throw new Error(`The matrix has no row ${number}`);
  if (found.later !== undefined) throw new Error(`${number} is said to come later`);
  return found;
}
