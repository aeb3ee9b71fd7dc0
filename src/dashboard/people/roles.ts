import type { Role } from '../../contract/ops.js';

/** What each role may do; each may do what those before it may. */
export const ROLE_WORDS: Record<Role, string> = {
  viewer: 'looks at everything but requests whole',
  operator: 'retries, skips, holds and pauses',
  support: 'links and makes anew, changes settings, opens gates, sees requests whole',
  admin: 'lets people in and reads what everybody did',
};

export const ROLE_CHOICES = Object.keys(ROLE_WORDS) as Role[];
