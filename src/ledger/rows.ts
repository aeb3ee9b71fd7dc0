import type { documents } from './schema/documents.js';
import type { runs } from './schema/mirror.js';
import type { pushes } from './schema/pushes.js';
import type { companies, connections } from './schema/tenancy.js';

/** Rows as the tables hold them. */
export type DocumentRow = typeof documents.$inferSelect;
/** What stays where it is when a document is only shown. */
export type Ciphertexts =
  | 'wantedCipher'
  | 'wantedHash'
  | 'appStatedCipher'
  | 'appStatedHash'
  | 'correctedHash';
export type CompanyRow = typeof companies.$inferSelect;
export type ConnectionRow = typeof connections.$inferSelect;
export type PushRow = typeof pushes.$inferSelect;
export type RunRow = typeof runs.$inferSelect;

/** Lane classes: live work before retries before back-fill. */
export const LANE_CLASS = { live: 1, retry: 2, backfill: 3 } as const;
export type LaneClass = (typeof LANE_CLASS)[keyof typeof LANE_CLASS];
