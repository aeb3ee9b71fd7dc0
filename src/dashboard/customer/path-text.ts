import type { CustomerRecord } from '../../contract/customer-page.js';

/** A record with what it lies below: names repeat below different ones. */
export function pathText({ fullName }: Pick<CustomerRecord, 'fullName'>): string {
  return fullName.replaceAll(':', ' › ');
}
