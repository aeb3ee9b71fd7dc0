import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** Raw bytes: ciphertext and keyed hashes. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'bytea',
});

/** A moment with time zone. */
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** Ledger's own id: a 64-bit number kept as a JavaScript number (9·10^15 rows are enough). */
export const id = (name = 'id') =>
  bigint(name, { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity();

/** Reference to such an id. */
export const ref = (name: string) => bigint(name, { mode: 'number' });

/** Money in minor units of the row's currency. */
export const minorUnits = (name: string) => bigint(name, { mode: 'number' });
