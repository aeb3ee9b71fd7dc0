import type { RecordPage, RunAnswer } from '../contract/answers.js';
import type { ImportedInvoicePage } from '../contract/imported-invoice.js';
import type { RecordType, RunJob } from '../contract/run.js';
import { Calls, type ClientOptions, connectionPath, queryOf } from './calls.js';
import { ConnectionCalls } from './connections.js';

/** What is brought from QuickBooks: runs and records; part of the client. */
export class PullCalls extends ConnectionCalls {
  readonly #calls: Calls;

  constructor(options: ClientOptions) {
    super(options);
    this.#calls = new Calls(options);
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
}
