import { z } from 'zod';
import { REASON_NAMES } from './reasons.js';
import { DOCUMENT_STATUSES } from './status.js';
import { warning } from './warnings.js';

/** What would become of a document if it were sent now; nothing was sent to find it out. */
export const previewAnswer = z.object({
  /** The status it would get: `synced` where QuickBooks takes the request below. */
  status: z.enum(DOCUMENT_STATUSES),
  label: z.string(),
  details: z.string(),
  reason: z.enum(REASON_NAMES).nullable(),
  params: z.record(z.string(), z.unknown()),
  warnings: z.array(warning),
  /** Names that would be created first; the request then has their ids. */
  creates: z.array(z.object({ type: z.string(), name: z.string() })),
  /** The call that would carry it; null where none would be made. */
  request: z
    .object({
      operation: z.enum(['create', 'update', 'void', 'delete']),
      /** QuickBooks' own word for the object. */
      entity: z.string(),
      /** The exact body. Where something is created first, its name stands in the place of its id. */
      body: z.record(z.string(), z.unknown()),
    })
    .nullable(),
});
export type PreviewAnswer = z.infer<typeof previewAnswer>;
