import { readFeedToEnd } from './feed.js';
import type { Journey } from './journey.js';

/** Reads an app's events of one connection, each call those since the one before. */
export function told(
  { client, house }: Pick<Journey, 'client'> & { house: Pick<Journey['house'], 'ledger'> },
  connection: string,
) {
  const { ledger } = house;
  let after: string | undefined;
  /** In order, as `payment.recorded invoice INV-1`; status of documents and whole lists only where asked. */
  return async (o: { statuses?: boolean; lists?: boolean } = {}): Promise<string[]> => {
    const { events, next } = await readFeedToEnd({ client, ledger }, { connection }, after);
    after = next;
    return events
      .filter(({ type }) => type !== 'run.ended' && type !== 'connection.changed')
      .filter(({ type }) => o.lists === true || type !== 'records.refreshed')
      .filter(({ type }) => o.statuses === true || type !== 'document.status_changed')
      .map(({ type, document, record, status }) =>
        [
          type,
          ...(document === null ? [] : [document.kind, document.externalId]),
          ...(type === 'document.status_changed' ? [status] : []),
          ...(record === null || document !== null
            ? []
            : [record.type, record.recordId ?? []].flat()),
        ].join(' '),
      );
  };
}
