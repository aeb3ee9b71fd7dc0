import { z } from 'zod';
import { address } from '../reference.js';
import { partyFields } from './party.js';

/** What an app says of a customer. An update never blanks a value QuickBooks holds. */
export const customer = z.strictObject({ ...partyFields, shipAddress: address.optional() });
export type Customer = z.output<typeof customer>;
export type CustomerInput = z.input<typeof customer>;
