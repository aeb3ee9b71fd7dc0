/** Every table of the ledger; `npm run migrations` turns a change here into a numbered migration. */
export * from './schema/attachments.js';
export * from './schema/bulk.js';
export * from './schema/causes.js';
export * from './schema/changes.js';
export * from './schema/delivery.js';
export * from './schema/documents.js';
export * from './schema/mirror.js';
export * from './schema/pushes.js';
export * from './schema/schedules.js';
export * from './schema/tenancy.js';
export * from './schema/traffic.js';
export * from './schema/webhooks.js';
export * from './schema/workers.js';
