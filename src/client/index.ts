import type {
  AttachmentAnswer,
  AttachmentList,
  AttachmentStatement,
  BatchAnswer,
  ConnectionAnswer,
  DocumentAnswer,
  DocumentPage,
  RecordPage,
  RunAnswer,
  StatementAnswer,
} from '../contract/answers.js';
import type { PageLinkAnswer } from '../contract/customer-page.js';
import type {
  AttachableKind,
  DocumentKind,
  StatedDocumentByKind,
  StatedKind,
} from '../contract/documents/index.js';
import type { DeliveryPage, EndpointAnswer, NewEndpointAnswer } from '../contract/endpoint.js';
import type { EventPage, EventType } from '../contract/event.js';
import type { ImportedInvoicePage } from '../contract/imported-invoice.js';
import type { PreviewAnswer } from '../contract/preview.js';
import type { ProfileName } from '../contract/profiles.js';
import type { RecordType, RunJob } from '../contract/run.js';
import type { Settings, SettingsInput } from '../contract/settings.js';
import type { SettingsCheckAnswer } from '../contract/settings-check.js';
import { Calls, type ClientOptions, connectionPath, pathOf, queryOf } from './calls.js';
import { RecoveringCalls } from './recovering.js';

export type * from '../contract/answers.js';
export type * from '../contract/bulk-action.js';
export type * from '../contract/causes.js';
export type { PageLinkAnswer } from '../contract/customer-page.js';
export type {
  AttachableKind,
  StatedDocumentByKind,
  StatedKind,
} from '../contract/documents/index.js';
export type { DeliveryPage, EndpointAnswer, NewEndpointAnswer } from '../contract/endpoint.js';
export type { EventAnswer, EventPage, EventType } from '../contract/event.js';
export type * from '../contract/hold.js';
export type { PreviewAnswer } from '../contract/preview.js';
export type { Problem } from '../contract/problem.js';
export type { SettingsInput } from '../contract/settings.js';
export type { SettingsCheckAnswer } from '../contract/settings-check.js';
export { type ClientOptions, QboSyncError } from './calls.js';

export interface NewConnection {
  externalId: string;
  name: string;
  profile: ProfileName;
  settings?: SettingsInput;
  attributes?: Record<string, string>;
  /** Where the customer's browser returns to; must be registered for the app. */
  returnUrl: string;
}

export interface DocumentFilter {
  status?: string;
  reason?: string;
  kind?: string;
  q?: string;
  /** As people write it: `status:failed reason:customer_missing amount:>1000 age:<7d`. */
  filter?: string;
  after?: string;
  limit?: number;
}

export interface ConnectionList {
  connections: ConnectionAnswer[];
}

/**
 * Typed client for upstream apps. Every call is one HTTP request; it retries nothing, because
 * stating a document again is always safe and the app knows when.
 */
export class QboSyncClient extends RecoveringCalls {
  readonly #calls: Calls;

  constructor(options: ClientOptions) {
    super(options);
    this.#calls = new Calls(options);
  }

  createConnection(connection: NewConnection): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', '/v1/connections', connection);
  }

  connection(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('GET', connectionPath(id));
  }

  /** The app's connections, oldest first. */
  connections(filter: { externalId?: string } = {}): Promise<ConnectionList> {
    return this.#calls.send('GET', `/v1/connections${queryOf(filter)}`);
  }

  /**
   * A fresh link that leads the customer's browser to Intuit; it is the answer's `connectUrl`.
   *
   * @param acceptCompany `any` confirms that it may be another company than before: the browser comes
   *   back with the id of another connection then. Default `same`.
   */
  connectLink(id: string, acceptCompany: 'same' | 'any' = 'same'): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/connect-link`, {
      acceptCompany,
    });
  }

  /**
   * A link to the customer's own page of the connection: it works once, for five minutes.
   *
   * @param actor the app's own id of who opens it, for the audit log.
   */
  pageLink(id: string, actor?: { id: string }): Promise<PageLinkAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/page-link`, {
      actor,
    });
  }

  disconnect(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/disconnect`);
  }

  settings(id: string): Promise<Settings> {
    return this.#calls.send('GET', `${connectionPath(id)}/settings`);
  }

  /** Lays a change over the settings; what is left out stays, and everything is checked together. */
  changeSettings(id: string, change: SettingsInput): Promise<Settings> {
    return this.#calls.send('PATCH', `${connectionPath(id)}/settings`, change);
  }

  /**
   * What a change of settings would do to the newest 200 documents, as if they were sent anew: which
   * lines would be booked otherwise, which documents would fail. Nothing is sent or stored.
   */
  checkSettings(id: string, change: SettingsInput): Promise<SettingsCheckAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/settings/check`, change);
  }

  /** Support's word that sending may begin; needs a key with the scope `support`. */
  finalize(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/finalize`);
  }

  /** Sends nothing until it is resumed; what is stated meanwhile waits. Doing it again changes nothing. */
  pause(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/pause`);
  }

  /** Ends a pause: what waited for it goes on. */
  resume(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/resume`);
  }

  /** Asks support for access to a locked connection; asking again changes nothing. */
  requestAccess(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/request-access`);
  }

  /** Support opens a locked connection for good; needs a key with the scope `support`. */
  unlock(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/unlock`);
  }

  /**
   * Starts a pull, for example "Force Sync"; one that runs already is answered instead.
   *
   * @param window first and last date of the invoices that `import_invoices` brings
   */
  startRun(
    connection: string,
    job: RunJob,
    types?: RecordType[],
    window: { from?: string; to?: string } = {},
  ): Promise<RunAnswer> {
    return this.#calls.send('POST', `${connectionPath(connection)}/runs`, {
      job,
      types,
      ...window,
    });
  }

  /** The newest runs first. */
  runs(connection: string, filter: { limit?: number } = {}): Promise<{ runs: RunAnswer[] }> {
    return this.#calls.send('GET', `${connectionPath(connection)}/runs${queryOf(filter)}`);
  }

  /** Starts an ended run anew, as a run of its own. */
  retryRun(connection: string, run: string): Promise<RunAnswer> {
    return this.#calls.send(
      'POST',
      `${connectionPath(connection)}/runs/${encodeURIComponent(run)}/retry`,
    );
  }

  /** Cancels a run; one that reads ends at its next page. */
  cancelRun(connection: string, run: string): Promise<RunAnswer> {
    return this.#calls.send(
      'POST',
      `${connectionPath(connection)}/runs/${encodeURIComponent(run)}/cancel`,
    );
  }

  run(connection: string, run: string): Promise<RunAnswer> {
    return this.#calls.send('GET', `${connectionPath(connection)}/runs/${encodeURIComponent(run)}`);
  }

  records(
    connection: string,
    type: RecordType,
    filter: { q?: string; hidden?: boolean; after?: string } = {},
  ): Promise<RecordPage> {
    return this.#calls.send(
      'GET',
      `${connectionPath(connection)}/records/${type}${queryOf(filter)}`,
    );
  }

  /** Old invoices of QuickBooks that were brought, the newest first; `q` is part of a number or name. */
  importedInvoices(
    connection: string,
    filter: { q?: string; after?: string; limit?: number } = {},
  ): Promise<ImportedInvoicePage> {
    return this.#calls.send(
      'GET',
      `${connectionPath(connection)}/records/invoice${queryOf(filter)}`,
    );
  }

  /** States the whole of a document as it is now. The answer is where it stands; nothing is waited for. */
  state<Kind extends StatedKind>(
    connection: string,
    kind: Kind,
    externalId: string,
    document: StatedDocumentByKind[Kind],
    options: { idempotencyKey?: string } = {},
  ): Promise<StatementAnswer> {
    return this.#calls.send(
      'PUT',
      pathOf([connection, kind, externalId]),
      document,
      options.idempotencyKey,
    );
  }

  /** States up to 500 documents; each has its own result. */
  stateMany(
    connection: string,
    documents: readonly { kind: StatedKind; externalId: string; document: unknown }[],
  ): Promise<BatchAnswer> {
    return this.#calls.send('POST', `${connectionPath(connection)}/documents`, documents);
  }

  /** Takes a document back: cancelled where it was never sent, voided or deleted in QuickBooks otherwise. */
  withdraw(
    connection: string,
    kind: StatedKind,
    externalId: string,
    mode?: 'void' | 'delete',
  ): Promise<DocumentAnswer> {
    return this.#calls.send(
      'DELETE',
      `${pathOf([connection, kind, externalId])}${queryOf({ mode })}`,
    );
  }

  /** The click: sends the latest revision. */
  sync(connection: string, kind: StatedKind, externalId: string): Promise<DocumentAnswer> {
    return this.#calls.send('POST', `${pathOf([connection, kind, externalId])}/sync`);
  }

  /** Tries a failed document again, or a file by the externalId of its own. */
  retry(
    connection: string,
    kind: StatedKind | 'attachment',
    externalId: string,
  ): Promise<DocumentAnswer> {
    return this.#calls.send('POST', `${pathOf([connection, kind, externalId])}/retry`);
  }

  /** Opens a gate for this document alone; needs a key with the scope `support`. */
  override(
    connection: string,
    kind: StatedKind,
    externalId: string,
    gate: 'cut_off' | 'hold',
  ): Promise<DocumentAnswer> {
    return this.#calls.send('POST', `${pathOf([connection, kind, externalId])}/override`, { gate });
  }

  /** What QuickBooks would get if it were sent now, stored or as given here; nothing is sent. */
  preview<Kind extends StatedKind>(
    connection: string,
    kind: Kind,
    externalId: string,
    document?: StatedDocumentByKind[Kind],
  ): Promise<PreviewAnswer> {
    return this.#calls.send('POST', `${pathOf([connection, kind, externalId])}/preview`, {
      document,
    });
  }

  /**
   * Attaches a PDF of at most 25 MB to a document, or puts it in the place of the one of that name. It
   * goes to QuickBooks once the document is there, which may be stated later.
   */
  attach(
    connection: string,
    kind: AttachableKind,
    externalId: string,
    file: { name: string; pdf: Uint8Array<ArrayBuffer> },
    options: { idempotencyKey?: string } = {},
  ): Promise<AttachmentStatement> {
    const path = `${pathOf([connection, kind, externalId])}/attachments/${encodeURIComponent(file.name)}`;
    return this.#calls.send('PUT', path, file.pdf, options.idempotencyKey);
  }

  /** Files of a document and how each stands, newest first. */
  attachments(
    connection: string,
    kind: AttachableKind,
    externalId: string,
  ): Promise<AttachmentList> {
    return this.#calls.send('GET', `${pathOf([connection, kind, externalId])}/attachments`);
  }

  /** Removes a file: cancelled where it was never sent, deleted in QuickBooks otherwise. */
  removeAttachment(
    connection: string,
    kind: AttachableKind,
    externalId: string,
    name: string,
  ): Promise<AttachmentAnswer> {
    const path = `${pathOf([connection, kind, externalId])}/attachments/${encodeURIComponent(name)}`;
    return this.#calls.send('DELETE', path);
  }

  /** Sync Status, Sync Details and everything else about one document. */
  document(connection: string, kind: DocumentKind, externalId: string): Promise<DocumentAnswer> {
    return this.#calls.send('GET', pathOf([connection, kind, externalId]));
  }

  documents(connection: string, filter: DocumentFilter = {}): Promise<DocumentPage> {
    return this.#calls.send('GET', `${connectionPath(connection)}/documents${queryOf(filter)}`);
  }

  /**
   * What happened behind `after`, the `next` of an earlier page; without it from the oldest event kept.
   *
   * @param o.wait seconds to wait for an event where there is none, at most 30
   */
  events(
    o: { after?: string; connection?: string; limit?: number; wait?: number } = {},
  ): Promise<EventPage> {
    const withinMs = (o.wait ?? 0) * 1_000;
    return this.#calls.send('GET', `/v1/events${queryOf(o)}`, undefined, undefined, withinMs);
  }

  /** Adds an address that is told of events; keep the secret, it is answered once. */
  addEndpoint(endpoint: { url: string; types?: EventType[] }): Promise<NewEndpointAnswer> {
    return this.#calls.send('POST', '/v1/endpoints', endpoint);
  }

  endpoints(): Promise<{ endpoints: EndpointAnswer[] }> {
    return this.#calls.send('GET', '/v1/endpoints');
  }

  changeEndpoint(
    id: string,
    change: { url?: string; types?: EventType[] | null; enabled?: boolean },
  ): Promise<EndpointAnswer> {
    return this.#calls.send('PATCH', `/v1/endpoints/${encodeURIComponent(id)}`, change);
  }

  /** A new secret; the one before signs beside it for a day. */
  changeEndpointSecret(id: string): Promise<NewEndpointAnswer> {
    return this.#calls.send('POST', `/v1/endpoints/${encodeURIComponent(id)}/secret`);
  }

  removeEndpoint(id: string): Promise<null> {
    return this.#calls.send('DELETE', `/v1/endpoints/${encodeURIComponent(id)}`);
  }

  /** Tries to deliver events there, newest first. */
  deliveries(id: string, page: { after?: string; limit?: number } = {}): Promise<DeliveryPage> {
    return this.#calls.send(
      'GET',
      `/v1/endpoints/${encodeURIComponent(id)}/deliveries${queryOf(page)}`,
    );
  }
}
