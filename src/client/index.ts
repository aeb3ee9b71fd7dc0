import type {
  AttachmentAnswer,
  AttachmentList,
  AttachmentStatement,
  BatchAnswer,
  DocumentAnswer,
  DocumentPage,
  StatementAnswer,
} from '../contract/answers.js';
import type {
  AttachableKind,
  DocumentKind,
  StatedDocumentByKind,
  StatedKind,
} from '../contract/documents/index.js';
import type { DeliveryPage, EndpointAnswer, NewEndpointAnswer } from '../contract/endpoint.js';
import type { EventPage, EventType } from '../contract/event.js';
import type { PreviewAnswer } from '../contract/preview.js';
import { Calls, type ClientOptions, connectionPath, pathOf, queryOf } from './calls.js';
import { PullCalls } from './pulls.js';

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
export type { ConnectionList, NewConnection } from './connections.js';

/**
 * Typed client for upstream apps. Every call is one HTTP request; it retries nothing, because
 * stating a document again is always safe and the app knows when.
 */
export class QboSyncClient extends PullCalls {
  readonly #calls: Calls;

  constructor(options: ClientOptions) {
    super(options);
    this.#calls = new Calls(options);
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
