import { bigint, date, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { at } from './columns.js';
import { apps, companies, connections } from './tenancy.js';

/** What starts by the clock, and what that may cost. All times are business time. */

/** The next night of each connection. */
export const schedules = pgTable(
  'schedules',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    job: text('job').notNull(),
    /** The local date of the next night, and when that begins. */
    night: date('night').notNull(),
    dueAt: at('due_at').notNull(),
    /** The last one that was begun: a clock that goes back begins none again. */
    lastNight: date('last_night'),
    /** The local date on which all lists were last asked for as a whole. */
    wholeOn: date('whole_on').notNull(),
    /** What the night was reckoned from. */
    settingsVersion: integer('settings_version').notNull(),
    companyTimeZone: text('company_time_zone'),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.job] }),
    index('schedules_due').on(table.dueAt),
  ],
);

/** When a company's changes are looked for next. */
export const changeLooks = pgTable(
  'change_looks',
  {
    companyId: uuid('company_id')
      .primaryKey()
      .references(() => companies.id),
    dueAt: at('due_at').notNull(),
  },
  (table) => [index('change_looks_due').on(table.dueAt)],
);

/** Metered reads by what they were for; `read_meter` has their sums by month. Days are in UTC. */
export const readDays = pgTable(
  'read_days',
  {
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    day: date('day').notNull(),
    feature: text('feature').notNull(),
    reads: bigint('reads', { mode: 'number' }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.companyId, table.day, table.feature] }),
    index('read_days_day').on(table.day),
  ],
);

/** How an app's reads stand to what it may read in a month, as last reckoned; no row: no budget. */
export const readBudgets = pgTable('read_budgets', {
  appId: uuid('app_id')
    .primaryKey()
    .references(() => apps.id),
  budget: bigint('budget', { mode: 'number' }).notNull(),
  used: bigint('used', { mode: 'number' }).notNull(),
  forecast: bigint('forecast', { mode: 'number' }).notNull(),
  stage: text('stage').notNull(),
  reckonedAt: at('reckoned_at').notNull(),
});
