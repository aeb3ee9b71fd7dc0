import type { DocumentKind } from '../contract/documents/index.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import type { EntityName } from '../qbo/entities.js';
import type { PushJob } from './job.js';
import type { Sending, SendingItem } from './sending.js';

/**
 * The kind a document is in QuickBooks: what it was sent as once, whatever the settings say by now, else
 * what its job says. Mostly its own.
 */
export function storedAs(
  job: Pick<PushJob, 'kind' | 'storedAs'>,
  loaded: LoadedItem,
): DocumentKind {
  if (loaded.storedAs !== null) return loaded.storedAs;
  // It is there, or may be, and as nothing else than what it is.
  const isSent = loaded.link !== null || loaded.operation !== null || loaded.inDoubt;
  return (isSent ? undefined : job.storedAs?.(loaded as never)) ?? job.kind;
}

/** The entity that a document of a push is in QuickBooks. */
export function entityOf(
  { job, tools }: Pick<Sending, 'job' | 'tools'>,
  { loaded }: Pick<SendingItem, 'loaded'>,
): EntityName {
  const kind = storedAs(job, loaded);
  const owner = kind === job.kind ? job : tools.jobs.get(kind);
  if (owner === undefined) throw new Error(`There is no job for ${kind}`);
  return owner.entity;
}

/** The kind for the ledger, where it is another one than the document's. */
export function otherKind(job: Pick<PushJob, 'kind' | 'storedAs'>, loaded: LoadedItem) {
  const kind = storedAs(job, loaded);
  return kind === job.kind ? undefined : kind;
}
