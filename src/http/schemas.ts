import {
  createSerializerCompiler,
  type ZodSerializerCompilerOptions,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fieldErrorsOf, problem } from '../contract/problem.js';
import { filledText } from '../contract/text.js';
import type { Web } from './parts.js';
import { invalidRequest } from './problems.js';

/** Requests are checked by zod, every problem at once; answers hold what their schema names. */
export function checkWithZod(web: Web): void {
  const options: ZodSerializerCompilerOptions = {};
  web.setSerializerCompiler(createSerializerCompiler(options));
  web.setValidatorCompiler<z.ZodType>(({ schema }) => (input) => {
    const result = schema.safeParse(input);
    return result.success
      ? { value: result.data }
      : { error: invalidRequest(fieldErrorsOf(result.error, input)) };
  });
}

const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
});

/** Error answers every route of the API may give. */
export const problems = {
  '4xx': problemAnswer('What is wrong with the request, as RFC 9457 problem document.'),
  '5xx': problemAnswer('A failure of ours; `requestId` names its log lines.'),
};

/** An answer without a body that sends the browser elsewhere. */
export const redirect = z.undefined().describe('Sends the browser on.');

export const byConnection = z.strictObject({ connectionId: z.string().max(100) });

/** Body of requests that carry none. */
export const noBody = z.strictObject({}).nullish();

/** The ledger's own id, the key of the dashboard's routes. */
export const ledgerId = z.string().regex(/^\d{1,15}$/, { error: 'must be an id of the ledger' });

export const externalId = filledText(200);
export const searchText = filledText(200).optional();
export const cursor = z.string().max(1_000).optional();

/** Rows of a page. */
export const pageLimit = z.coerce.number().int().min(1).max(200).default(50);

/** Headers of every write. */
export const writeHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, { error: 'must be 1 to 255 visible ASCII characters' })
    .optional()
    .describe('The same key with the same request gets the same answer for 30 days.'),
});

/** Whether a way to Intuit may end at another company than the connection had before. */
export const acceptCompany = z
  .strictObject({
    acceptCompany: z
      .enum(['same', 'any'])
      .default('same')
      .describe('`any`: the customer’s account goes on with another company than before.'),
  })
  .nullish();
