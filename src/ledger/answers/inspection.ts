import type { DocumentKind } from '../../contract/documents/index.js';
import type {
  InspectedRequest,
  InspectedSending,
  Inspection,
  RevealedRequest,
} from '../../contract/inspection.js';
import type { ProfileName } from '../../contract/profiles.js';
import { settingsInForce } from '../connections/connections.js';
import { UnreadableCiphertext } from '../database/cipher.js';
import type { Ledger } from '../database/open.js';
import { PLACES } from '../database/places.js';
import { recordAudit } from '../people/audit.js';
import { decryptWanted } from '../statements/wanted.js';
import { entityOf } from './both-sides.js';
import { comparedFields } from './compared-fields.js';
import { comparedLines } from './compared-lines.js';
import { redacted } from './redaction.js';

/** Everything that was sent for a document, for people who look into it. */

/** Sendings shown, the newest first. */
const SENDINGS_MAX = 50;

interface DocumentRow {
  id: number;
  connectionId: string;
  kind: DocumentKind;
  externalId: string;
  wantedCipher: Buffer;
}

interface SendingRow {
  id: number;
  openedAt: Date;
  closedAt: Date | null;
  documents: number;
  revision: number;
  operation: string | null;
  outcome: string | null;
  crashes: number;
  settingsVersion: number | null;
  batchItemId: string | null;
}

interface RequestRow {
  id: number;
  pushId: number;
  companyId: string;
  requestId: string;
  call: 'single' | 'batch';
  state: string;
  sentAt: Date | null;
  lastSentAt: Date | null;
  sends: number;
  endedAt: Date | null;
  answerStatus: number | null;
  intuitTid: string | null;
  cause: string | null;
  lookups: number;
  bodyCipher: Buffer | null;
  answerCipher: Buffer | null;
}

/** What was sent for a document, redacted; undefined where there is no such document. */
export async function inspectDocument(
  ledger: Ledger,
  documentId: number,
): Promise<Inspection | undefined> {
  const { sql } = ledger;
  const [document] = await sql<DocumentRow[]>`
    select id, connection_id, kind, external_id, wanted_cipher from documents
    where id = ${documentId}`;
  if (document === undefined) return undefined;
  const sendings = await sql<SendingRow[]>`
    select p.id, p.opened_at, p.closed_at, i.revision, i.operation, i.outcome, p.crashes,
      i.settings_version, i.batch_item_id,
      (select count(*)::int from push_items o where o.push_id = p.id) as documents
    from push_items i join pushes p on p.id = i.push_id
    where i.document_id = ${documentId} order by i.push_id desc limit ${SENDINGS_MAX}`;
  const requests = await requestsOf(ledger, sendings);
  const own = new Map(
    requests.map((row) => {
      const sending = sendings.find(({ id }) => id === row.pushId);
      return [row, contentsOf(ledger, row, sending?.batchItemId ?? null)];
    }),
  );
  const answers = requests.map((row) => own.get(row)?.answer);
  const answer = answers.findLast((one) => one !== null && one !== undefined) ?? null;
  const wanted = wantedOf(ledger, document);
  return {
    sendings: sendings.map((sending) => answerOf(sending, requests, own)),
    compared: comparedFields(wanted, answer),
    lines: comparedLines(wanted, answer),
    isAnswered: entityOf(answer) !== undefined,
    sentWith: await sentWith(ledger, document.connectionId, sendings),
  };
}

/**
 * What a request asked and answered for the document, as it went over the wire. Who sees it is noted
 * before it is shown. Undefined where the document has no such request.
 */
export async function revealRequest(
  ledger: Ledger,
  asked: { documentId: number; requestId: number },
  by: string,
): Promise<RevealedRequest | undefined> {
  return ledger.sql.begin(async (tx) => {
    const [row] = await tx<(RequestRow & { batchItemId: string | null; connectionId: string })[]>`
      select r.*, i.batch_item_id, d.connection_id from requests r
        join push_items i on i.push_id = r.push_id join documents d on d.id = i.document_id
      where r.id = ${asked.requestId} and i.document_id = ${asked.documentId}`;
    if (row === undefined) return undefined;
    const { connectionId } = row;
    await recordAudit(tx, { actor: by, action: 'request.revealed', connectionId, subject: asked });
    return contentsOf(ledger, row, row.batchItemId);
  });
}

function requestsOf({ sql }: Ledger, sendings: readonly SendingRow[]): Promise<RequestRow[]> {
  const ids = sendings.map(({ id }) => id);
  return sql<RequestRow[]>`
    select * from requests where push_id = any(${ids}::bigint[]) order by push_id, id`;
}

function answerOf(
  sending: SendingRow,
  requests: readonly RequestRow[],
  contents: ReadonlyMap<RequestRow, RevealedRequest>,
): InspectedSending {
  const { batchItemId: _, id, openedAt, closedAt, ...rest } = sending;
  return {
    ...rest,
    id: String(id),
    openedAt: openedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
    requests: requests
      .filter(({ pushId }) => pushId === id)
      .map((row) => requestAnswer(row, contents.get(row) ?? NOTHING)),
  };
}

const NOTHING: RevealedRequest = { body: null, answer: null };

function requestAnswer(row: RequestRow, { body, answer }: RevealedRequest): InspectedRequest {
  const { sentAt, lastSentAt, endedAt } = row;
  return {
    id: String(row.id),
    requestId: row.requestId,
    call: row.call,
    state: row.state,
    sentAt: sentAt?.toISOString() ?? null,
    sends: row.sends,
    endedAt: endedAt?.toISOString() ?? null,
    tookMs:
      endedAt === null || lastSentAt === null ? null : endedAt.getTime() - lastSentAt.getTime(),
    answerStatus: row.answerStatus,
    intuitTid: row.intuitTid,
    cause: row.cause,
    lookups: row.lookups,
    body: redacted(body),
    answer: redacted(answer),
  };
}

/** Of a batch only the part of this document: the others may be another connection's. */
function contentsOf(
  ledger: Ledger,
  { companyId, requestId, bodyCipher, answerCipher, call }: RequestRow,
  batchItemId: string | null,
): RevealedRequest {
  const read = (place: string, cipher: Buffer | null, member: string) => {
    const whole = parsed(ledger.cipher.decryptIfReadable(place, cipher));
    return call === 'single' ? whole : itemOf(whole, member, batchItemId);
  };
  return {
    body: read(PLACES.requestBody(companyId, requestId), bodyCipher, 'BatchItemRequest'),
    answer: read(PLACES.requestAnswer(companyId, requestId), answerCipher, 'BatchItemResponse'),
  };
}

/** What is no JSON, such as a proxy's page, stays the text it was. */
function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function itemOf(whole: unknown, member: string, batchItemId: string | null): unknown {
  if (typeof whole !== 'object' || whole === null || !(member in whole)) return whole;
  const items = (whole as Record<string, unknown>)[member];
  if (!Array.isArray(items)) return null;
  return items.find((item) => item?.bId === batchItemId) ?? null;
}

function wantedOf(ledger: Ledger, { wantedCipher, ...key }: DocumentRow): unknown {
  try {
    return decryptWanted(ledger, key, wantedCipher);
  } catch (error) {
    if (error instanceof UnreadableCiphertext) return null;
    throw error;
  }
}

interface VersionRow {
  version: number;
  changedBy: string;
  at: Date;
  settings: unknown;
  profile: ProfileName;
  isCurrent: boolean;
}

async function sentWith(
  { sql }: Ledger,
  connectionId: string,
  sendings: readonly SendingRow[],
): Promise<Inspection['sentWith']> {
  const version = sendings.find(({ settingsVersion }) => settingsVersion !== null)?.settingsVersion;
  if (version === undefined || version === null) return null;
  const [row] = await sql<VersionRow[]>`
    select h.version, h.changed_by, h.at, h.settings, c.profile,
      h.version = c.settings_version as is_current
    from settings_history h join connections c on c.id = h.connection_id
    where h.connection_id = ${connectionId} and h.version = ${version}`;
  if (row === undefined) return null;
  const { profile, at, settings, ...rest } = row;
  return { ...rest, at: at.toISOString(), settings: settingsInForce(profile, settings) };
}
