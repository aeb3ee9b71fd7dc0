import { markReconnectNeeded } from '../ledger/connections/reconnect.js';
import type { PushTools } from '../push/sending.js';
import type { ReconnectNeeded } from '../qbo/errors.js';

/** Notes what a call to a company found out about its tokens; false where others are stored by now. */
export function noteReconnectNeeded(
  { ledger, waits }: Pick<PushTools, 'ledger' | 'waits'>,
  companyId: string,
  { generation, why }: ReconnectNeeded,
): Promise<boolean> {
  return markReconnectNeeded(ledger, companyId, generation, why, waits);
}
