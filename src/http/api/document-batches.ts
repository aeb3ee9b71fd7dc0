import { z } from 'zod';
import { type BatchAnswer, batchAnswer, batchStatement } from '../../contract/answers.js';
import {
  type AnyDocument,
  DOCUMENT_SCHEMAS,
  isParty,
  type StatedKind,
} from '../../contract/documents/index.js';
import { isOwnId, OWN_ID_PROBLEM } from '../../contract/own-ids.js';
import { type FieldError, fieldErrorsOf } from '../../contract/problem.js';
import { readDocument } from '../../ledger/answers/answers.js';
import type { Connection } from '../../ledger/connections/connections.js';
import { StatedElsewhere } from '../../ledger/statements/stated-parts.js';
import { type Submitted, stateDocuments } from '../../ledger/statements/submit.js';
import { dispatchAfter } from '../after-answer.js';
import { connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { byConnection, externalId, problems, writeHeaders } from '../schemas.js';
import { elsewhereError } from './stated-elsewhere.js';

/** Documents of one request. */
const BATCH_MAX = 500;

/** Rows are checked one by one, so that a bad one does not refuse the others. */
const looseRow = z.strictObject({
  kind: z.string().max(100),
  externalId: z.string().max(1_000),
  document: z.unknown(),
});
const strictRow = batchStatement
  .extend({ externalId })
  .refine(({ kind, externalId: id }) => !isParty(kind) || !isOwnId(id), {
    path: ['externalId'],
    error: OWN_ID_PROBLEM,
  });

type BatchResult = BatchAnswer['results'][number];
interface ValidRow {
  kind: StatedKind;
  externalId: string;
  document: AnyDocument;
}

/** Many statements in one request. */
export function addDocumentBatches(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: '/v1/connections/:connectionId/documents',
    bodyLimit: parts.config.limits.bulkBodyBytes,
    config: { access: { by: 'key', scopes: ['documents'] } },
    schema: {
      tags: ['documents'],
      summary: `State up to ${BATCH_MAX} documents, in their order; a result each`,
      params: byConnection,
      headers: writeHeaders,
      body: z.array(looseRow).min(1).max(BATCH_MAX),
      response: { 200: batchAnswer, ...problems },
    },
    handler: async (request): Promise<BatchAnswer> => {
      const connection = connectionOf(request);
      const checked = request.body.map(checkRow);
      const valid = checked.flatMap((row) => ('errors' in row ? [] : [row]));
      const stated = await stateDocuments(parts.ledger, connection, valid, 'app');
      dispatchAfter(
        request,
        parts,
        stated.map((one) => ('companyId' in one ? one.companyId : null)),
      );
      const resultByRow = new Map(valid.map((row, index) => [row, stated[index]]));
      const results: BatchResult[] = [];
      for (const [index, row] of checked.entries()) {
        const { kind = '', externalId = '' } = request.body[index] ?? {};
        const refused = 'errors' in row ? row.errors : refusalOf(resultByRow.get(row));
        results.push(
          'errors' in row || refused !== undefined
            ? { kind, externalId, status: 422, errors: refused }
            : await resultOf(parts, connection, row, resultByRow.get(row)),
        );
      }
      return { results };
    },
  });
}

function checkRow(row: z.infer<typeof looseRow>): ValidRow | { errors: FieldError[] } {
  const place = strictRow.safeParse(row);
  if (!place.success) return { errors: fieldErrorsOf(place.error, row) };
  const { kind, externalId } = place.data;
  const document = DOCUMENT_SCHEMAS[kind].safeParse(row.document);
  if (!document.success) return { errors: fieldErrorsOf(document.error, row.document) };
  return { kind, externalId, document: document.data };
}

function refusalOf(stated: Submitted | StatedElsewhere | undefined): FieldError[] | undefined {
  return stated instanceof StatedElsewhere ? [elsewhereError(stated)] : undefined;
}

async function resultOf(
  { ledger }: WebParts,
  connection: Connection,
  { kind, externalId }: ValidRow,
  stated: Submitted | StatedElsewhere | undefined,
): Promise<BatchResult> {
  const answer = await readDocument(ledger, connection, kind, externalId);
  if (answer === undefined) throw new Error('A document vanished while it was answered');
  const result = stated !== undefined && 'result' in stated ? stated.result : 'stored';
  const status = result === 'ignored_older' ? 200 : 202;
  return { kind, externalId, status, answer: { ...answer, result } };
}
