import type { RecordPage } from '../../contract/answers.js';
import type { BulkActionAnswer, BulkActionName, BulkStanding } from '../../contract/bulk-action.js';
import type {
  CauseLook,
  CauseRelease,
  OpsCauseAnswer,
  OpsCausePage,
  ReleaseScope,
} from '../../contract/causes.js';
import type { CorrectionAsked, StatedWhole } from '../../contract/correction.js';
import type { PageLinkAnswer } from '../../contract/customer-page.js';
import type { HoldAnswer } from '../../contract/hold.js';
import type { Inspection, RevealedRequest } from '../../contract/inspection.js';
import type { LiveFigures } from '../../contract/live.js';
import type { OpsDocument, OpsQueue } from '../../contract/ops.js';
import type {
  OpsConnection,
  OpsConnectionPage,
  OpsRun,
  OpsRunPage,
} from '../../contract/ops-connections.js';
import type { PreviewAnswer } from '../../contract/preview.js';
import type { SettingsCheckAnswer } from '../../contract/settings-check.js';
import { call } from './api.js';

/** Calls of the pages beside documents. */

export type Search = Record<string, string | undefined>;

/** What is not given is left out of the address. */
export function query(search: Search): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  return new URLSearchParams(given as [string, string][]).toString();
}

export function getFigures(signal: AbortSignal): Promise<LiveFigures> {
  return call('GET', '/ops/figures', { signal });
}

export function listConnections(search: Search, signal: AbortSignal): Promise<OpsConnectionPage> {
  return call('GET', `/ops/connections?${query(search)}`, { signal });
}

export function getConnection(id: string, signal: AbortSignal): Promise<OpsConnection> {
  return call('GET', `/ops/connections/${encodeURIComponent(id)}`, { signal });
}

export function listRecords(
  connection: string,
  type: string,
  search: Search,
  signal: AbortSignal,
): Promise<RecordPage> {
  return call('GET', `/ops/connections/${connection}/records/${type}?${query(search)}`, { signal });
}

export function setRecordHidden(
  connection: string,
  record: { type: string; recordId: string; hidden: boolean },
  csrfToken: string,
): Promise<unknown> {
  const { type, recordId, hidden } = record;
  const path = `/ops/connections/${connection}/records/${type}/${encodeURIComponent(recordId)}`;
  return call('PATCH', path, { csrfToken, body: { hidden } });
}

export function startRefresh(connection: string, csrfToken: string): Promise<OpsRun> {
  const body = { job: 'refresh_master_data' };
  return call('POST', `/ops/connections/${connection}/runs`, { csrfToken, body });
}

/** Gates and pauses: what is asked of a connection without more words, as its address says it. */
export type ConnectionAct = 'finalize' | 'unlock' | 'pause' | 'resume';

export function actOnConnection(
  connection: string,
  act: ConnectionAct,
  csrfToken: string,
): Promise<OpsConnection> {
  return call('POST', `/ops/connections/${connection}/${act}`, { csrfToken });
}

/** To the customer's own page, once. */
export function makePageLink(connection: string, csrfToken: string): Promise<PageLinkAnswer> {
  return call('POST', `/ops/connections/${connection}/page-link`, { csrfToken });
}

const holdOf = (connection: string) => `/ops/connections/${encodeURIComponent(connection)}/hold`;

export function getHold(connection: string, signal: AbortSignal): Promise<HoldAnswer> {
  return call('GET', holdOf(connection), { signal });
}

/** Without `from` it begins now. */
export function putHold(
  connection: string,
  window: { from?: string; to: string },
  csrfToken: string,
): Promise<HoldAnswer> {
  return call('PUT', holdOf(connection), { csrfToken, body: window });
}

export function endHold(connection: string, csrfToken: string): Promise<HoldAnswer> {
  return call('DELETE', holdOf(connection), { csrfToken });
}

/** JSON Schema of the settings, as far as the page reads it. */
export interface SettingSchema {
  type?: string;
  description?: string;
  enum?: string[];
  properties?: Record<string, SettingSchema>;
  items?: SettingSchema;
}

export function getSettingsSchema(signal: AbortSignal): Promise<SettingSchema> {
  return call('GET', '/ops/settings-schema', { signal });
}

export type SettingsChange = Record<string, unknown>;

export function checkSettings(
  connection: string,
  change: SettingsChange,
  csrfToken: string,
): Promise<SettingsCheckAnswer> {
  const path = `/ops/connections/${connection}/settings/check`;
  return call('POST', path, { csrfToken, body: change });
}

export function saveSettings(
  connection: string,
  change: SettingsChange,
  csrfToken: string,
): Promise<OpsConnection> {
  const path = `/ops/connections/${connection}/settings`;
  return call('PATCH', path, { csrfToken, body: change });
}

export function getQueue(signal: AbortSignal): Promise<OpsQueue> {
  return call('GET', '/ops/queue', { signal });
}

export function listRuns(search: Search, signal: AbortSignal): Promise<OpsRunPage> {
  return call('GET', `/ops/runs?${query(search)}`, { signal });
}

export function retryRun(run: string, csrfToken: string): Promise<OpsRun> {
  return call('POST', `/ops/runs/${run}/retry`, { csrfToken });
}

export function getInspection(document: string, signal: AbortSignal): Promise<Inspection> {
  return call('GET', `/ops/documents/${encodeURIComponent(document)}/inspection`, { signal });
}

export function revealRequest(
  document: string,
  request: string,
  csrfToken: string,
): Promise<RevealedRequest> {
  const path = `/ops/documents/${document}/requests/${request}/reveal`;
  return call('POST', path, { csrfToken });
}

/** What is wanted of a document, whole; who looks is noted. */
export function revealStatement(document: string, csrfToken: string): Promise<StatedWhole> {
  return call('POST', `/ops/documents/${encodeURIComponent(document)}/reveal`, { csrfToken });
}

export function tryCorrection(
  document: string,
  content: Record<string, unknown>,
  csrfToken: string,
): Promise<PreviewAnswer> {
  const path = `/ops/documents/${encodeURIComponent(document)}/correct/preview`;
  return call('POST', path, { csrfToken, body: { document: content } });
}

export function sendCorrection(
  document: string,
  asked: CorrectionAsked,
  csrfToken: string,
): Promise<OpsDocument> {
  const path = `/ops/documents/${encodeURIComponent(document)}/correct`;
  return call('POST', path, { csrfToken, body: asked });
}

export function listCauses(search: Search, signal: AbortSignal): Promise<OpsCausePage> {
  return call('GET', `/ops/causes?${query(search)}`, { signal });
}

export function getCause(cause: string, signal: AbortSignal): Promise<OpsCauseAnswer> {
  return call('GET', `/ops/causes/${encodeURIComponent(cause)}`, { signal });
}

/** Whether it is fixed, by what was read of QuickBooks last. */
export function lookAtCause(cause: string, csrfToken: string): Promise<CauseLook> {
  return call('POST', `/ops/causes/${cause}/look`, { csrfToken });
}

export function releaseCause(
  cause: string,
  only: ReleaseScope,
  csrfToken: string,
): Promise<CauseRelease> {
  return call('POST', `/ops/causes/${cause}/release`, { csrfToken, body: { only } });
}

/** What a person may do with a document beside retrying it, as its address says it. */
export type DocumentAct = 'skip' | 'link' | 'look-again' | 'mark-handled' | 'recreate' | 'override';

export function actOnDocument(
  document: string,
  act: DocumentAct,
  body: Record<string, unknown> | undefined,
  csrfToken: string,
): Promise<OpsDocument> {
  return call('POST', `/ops/documents/${document}/${act}`, { csrfToken, body });
}

/** With `dryRun` only what it would be done to. */
export function askBulkAction(
  asked: { filter: string; action: BulkActionName; dryRun: boolean },
  csrfToken: string,
): Promise<BulkActionAnswer> {
  return call('POST', '/ops/bulk-actions', { csrfToken, body: asked });
}

export function getBulkAction(id: string, signal: AbortSignal): Promise<BulkActionAnswer> {
  return call('GET', `/ops/bulk-actions/${id}`, { signal });
}

export function getBulkStanding(id: string, signal: AbortSignal): Promise<BulkStanding> {
  return call('GET', `/ops/bulk-actions/${id}/standing`, { signal });
}

export function abortBulkAction(id: string, csrfToken: string): Promise<unknown> {
  return call('POST', `/ops/bulk-actions/${id}/abort`, { csrfToken });
}
