import { loggedError } from '../log-events.js';
import type { WebParts } from '../parts.js';

/** Ends tokens at Intuit. Ours are gone already; where Intuit does not answer they run out. */
export async function revokeQuietly(
  { auth, log }: WebParts,
  requestId: string,
  refreshToken: string,
): Promise<void> {
  try {
    await auth.revoke(refreshToken);
  } catch (error) {
    log({ event: 'http_side_work_failed', requestId, what: 'revoke', error: loggedError(error) });
  }
}
