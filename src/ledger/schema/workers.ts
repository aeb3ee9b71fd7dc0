import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { at } from './columns.js';

/** Workers that are at work; see worker-presence.ts. */
export const workers = pgTable('workers', {
  id: uuid('id').primaryKey(),
  version: text('version').notNull(),
  /** Jobs it ran when it was seen last. */
  jobs: integer('jobs').notNull(),
  startedAt: at('started_at').notNull().defaultNow(),
  seenAt: at('seen_at').notNull().defaultNow(),
});
