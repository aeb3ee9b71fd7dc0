import type { z } from 'zod';
import type { actor } from './documents/parts.js';

/** Who acts in the app, with what the app says they may do. */
export type Actor = z.output<typeof actor>;

/** The right to add suppliers to QuickBooks and to change them there. */
export const SUPPLIERS_WRITE = 'suppliers:write';

/** Whether the app says that they may. Nobody named: nobody may. */
export function hasRight(who: Actor | undefined, right: string): boolean {
  return who?.rights.includes(right) ?? false;
}
