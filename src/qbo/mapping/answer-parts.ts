import { z } from 'zod';

/** Pieces that schemas of answers are made of, and what they have in common when written. */

export interface Ref {
  value: string;
  name?: string;
}

export interface QuickBooksAddress {
  Line1?: string;
  Line2?: string;
  Line3?: string;
  Line4?: string;
  Line5?: string;
  City?: string;
  /** State, province or county. */
  CountrySubDivisionCode?: string;
  PostalCode?: string;
  Country?: string;
}

/** Absent and null are the same to a reader. */
export function maybe<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

export const text = maybe(z.string());
export const flag = maybe(z.boolean());
export const number = maybe(z.number());
export const ref = z.object({ value: z.string(), name: text });
export const metaData = maybe(z.object({ CreateTime: text, LastUpdatedTime: text }));
export const identity = { Id: z.string().min(1), SyncToken: z.string(), MetaData: metaData };

export const address = z.object({
  Line1: text,
  Line2: text,
  Line3: text,
  Line4: text,
  Line5: text,
  City: text,
  CountrySubDivisionCode: text,
  PostalCode: text,
  Country: text,
});
