import type { DocumentAnswer } from '../contract/answers.js';
import type {
  BulkActionAnswer,
  BulkActionName,
  BulkActionPage,
  BulkResultPage,
} from '../contract/bulk-action.js';
import type { CauseAnswer, CausePage, CauseRelease, ReleaseScope } from '../contract/causes.js';
import type { StatedKind } from '../contract/documents/index.js';
import type { HoldAnswer } from '../contract/hold.js';
import { Calls, type ClientOptions, pathOf, queryOf } from './calls.js';

/** What is done about documents that did not go by themselves; part of the client. */
export class RecoveringCalls {
  readonly #calls: Calls;

  constructor(options: ClientOptions) {
    this.#calls = new Calls(options);
  }

  /** What holds up the app's documents and runs, grouped by what fixes it, the largest first. */
  causes(
    filter: { reason?: string; connection?: string; after?: string; limit?: number } = {},
  ): Promise<CausePage> {
    return this.#calls.send('GET', `/v1/causes${queryOf(filter)}`);
  }

  cause(id: string): Promise<CauseAnswer> {
    return this.#calls.send('GET', `/v1/causes/${encodeURIComponent(id)}`);
  }

  /** Tries again what fails for it: where it was seen to be fixed, or `all` whatever was seen. */
  releaseCause(id: string, only: ReleaseScope = 'fixed'): Promise<CauseRelease> {
    return this.#calls.send('POST', `/v1/causes/${encodeURIComponent(id)}/release`, { only });
  }

  /** Leaves a failed or waiting document out, until somebody retries it. */
  skip(connection: string, kind: StatedKind, externalId: string): Promise<DocumentAnswer> {
    return this.#calls.send('POST', `${pathOf([connection, kind, externalId])}/skip`);
  }

  /** Says which object of QuickBooks the document is; it is then brought to what the app states. */
  link(
    connection: string,
    kind: StatedKind,
    externalId: string,
    recordId: string,
  ): Promise<DocumentAnswer> {
    return this.#calls.send('POST', `${pathOf([connection, kind, externalId])}/link`, { recordId });
  }

  /** Looks for a failed document in QuickBooks, and sends it only where it is not there. */
  lookAgain(connection: string, kind: StatedKind, externalId: string): Promise<DocumentAnswer> {
    return this.#calls.send('POST', `${pathOf([connection, kind, externalId])}/look-again`);
  }

  /** Says that a failed document was taken care of by hand. */
  markHandled(connection: string, kind: StatedKind, externalId: string): Promise<DocumentAnswer> {
    return this.#calls.send('POST', `${pathOf([connection, kind, externalId])}/mark-handled`);
  }

  /** Makes a document anew that somebody deleted or voided in QuickBooks: calling it confirms it. */
  recreate(connection: string, kind: StatedKind, externalId: string): Promise<DocumentAnswer> {
    return this.#calls.send('POST', `${pathOf([connection, kind, externalId])}/recreate`, {
      confirm: true,
    });
  }

  /**
   * Does one thing to all documents of the app that a filter means now, little by little; a dry run only
   * says how many they are and what they are worth.
   */
  startBulkAction(
    asked: { filter: string; action: BulkActionName; dryRun?: boolean; rate?: number },
    options: { idempotencyKey?: string } = {},
  ): Promise<BulkActionAnswer> {
    return this.#calls.send('POST', '/v1/bulk-actions', asked, options.idempotencyKey);
  }

  bulkAction(id: string): Promise<BulkActionAnswer> {
    return this.#calls.send('GET', `/v1/bulk-actions/${encodeURIComponent(id)}`);
  }

  /** Newest first. */
  bulkActions(page: { after?: string; limit?: number } = {}): Promise<BulkActionPage> {
    return this.#calls.send('GET', `/v1/bulk-actions${queryOf(page)}`);
  }

  /** What became of each document. */
  bulkResults(
    id: string,
    page: { done?: boolean; after?: string; limit?: number } = {},
  ): Promise<BulkResultPage> {
    return this.#calls.send(
      'GET',
      `/v1/bulk-actions/${encodeURIComponent(id)}/documents${queryOf(page)}`,
    );
  }

  /** Stops it; what is done stays done. */
  abortBulkAction(id: string): Promise<BulkActionAnswer> {
    return this.#calls.send('POST', `/v1/bulk-actions/${encodeURIComponent(id)}/abort`);
  }

  /** Sends nothing for a connection from one moment to another, ISO 8601; `from` is now by default. */
  hold(connection: string, window: { from?: string; to: string }): Promise<HoldAnswer> {
    return this.#calls.send('PUT', holdOf(connection), window);
  }

  /** The hold, with what its end lets go. */
  readHold(connection: string): Promise<HoldAnswer> {
    return this.#calls.send('GET', holdOf(connection));
  }

  /** Ends it before its time. */
  endHold(connection: string): Promise<HoldAnswer> {
    return this.#calls.send('DELETE', holdOf(connection));
  }
}

const holdOf = (connection: string) => `/v1/connections/${encodeURIComponent(connection)}/hold`;
