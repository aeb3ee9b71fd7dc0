/**
 * Key of what documents say of a customer or supplier QuickBooks has: such a document only updates it, for one
 * connection. What waits for it goes on however it ends.
 */
export const TOLD_KEY = 'told:';

export function isTold({ dependencyKey }: { dependencyKey: string | null }): boolean {
  return dependencyKey?.startsWith(TOLD_KEY) ?? false;
}
