import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
  askBulkAction,
  getBulkAction,
  getConnection,
  getFigures,
  getHold,
  getInspection,
  getQueue,
  getSettingsSchema,
  listCauses,
  listConnections,
  listRecords,
  listRuns,
  type Search,
} from './operations-api.js';
import { queryClient } from './queries.js';

/** What the pages beside documents read, and how long it counts as fresh. */

const REFRESH_MS = 10_000;
/** All of these are somebody's: they go with the session (queries.ts forgets this key). */
export const OPERATIONS_KEY = 'operations';

export const figuresQuery = queryOptions({
  queryKey: [OPERATIONS_KEY, 'figures'] as const,
  queryFn: ({ signal }) => getFigures(signal),
  refetchInterval: REFRESH_MS,
});

export const queueQuery = queryOptions({
  queryKey: [OPERATIONS_KEY, 'queue'] as const,
  queryFn: ({ signal }) => getQueue(signal),
});

export function connectionsQuery(search: Search) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'connections', search] as const,
    queryFn: ({ signal }) => listConnections(search, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

export function connectionQuery(id: string) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'connection', id] as const,
    queryFn: ({ signal }) => getConnection(id, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function holdQuery(connection: string) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'hold', connection] as const,
    queryFn: ({ signal }) => getHold(connection, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function recordsQuery(connection: string, type: string, search: Search) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'records', connection, type, search] as const,
    queryFn: ({ signal }) => listRecords(connection, type, search, signal),
    placeholderData: keepPreviousData,
  });
}

export function runsQuery(search: Search) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'runs', search] as const,
    queryFn: ({ signal }) => listRuns(search, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

export const settingsSchemaQuery = queryOptions({
  queryKey: [OPERATIONS_KEY, 'settings-schema'] as const,
  queryFn: ({ signal }) => getSettingsSchema(signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export function inspectionQuery(document: string, revision: string) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'inspection', document, revision] as const,
    queryFn: ({ signal }) => getInspection(document, signal),
    placeholderData: keepPreviousData,
  });
}

export const causesQuery = queryOptions({
  queryKey: [OPERATIONS_KEY, 'causes'] as const,
  queryFn: ({ signal }) => listCauses({ limit: '50' }, signal),
  refetchInterval: REFRESH_MS,
});

export function refreshCauses(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: causesQuery.queryKey });
}

const UNDER_WAY_MS = 1_000;

/** Followed until it has ended. */
export function bulkActionQuery(id: string) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'bulk-action', id] as const,
    queryFn: ({ signal }) => getBulkAction(id, signal),
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.endedAt === null ? UNDER_WAY_MS : false,
  });
}

/** How many of what a filter means could be linked to what QuickBooks has; nothing is done. */
export function linkableQuery(filter: string, csrfToken: string) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'linkable', filter] as const,
    queryFn: () => askBulkAction({ filter, action: 'link', dryRun: true }, csrfToken),
  });
}

/** After an act: all of these are read again. */
export function refreshOperations(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: [OPERATIONS_KEY] });
}
