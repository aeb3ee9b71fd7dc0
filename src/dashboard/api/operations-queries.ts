import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { STATUS_LOOKS } from '../document/statuses.js';
import {
  askBulkAction,
  getBulkAction,
  getBulkStanding,
  getCause,
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

const CAUSES_KEY = [OPERATIONS_KEY, 'causes'] as const;

/** @param q part of a number or a name; default: all. */
export function causesQuery(q: string | undefined) {
  return queryOptions({
    queryKey: [...CAUSES_KEY, q] as const,
    queryFn: ({ signal }) => listCauses({ q, limit: '50' }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

export function causeQuery(id: string) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'cause', id] as const,
    queryFn: ({ signal }) => getCause(id, signal),
  });
}

export function refreshCauses(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: CAUSES_KEY });
}

const UNDER_WAY_MS = 1_000;
const FOLLOWED_MS = 1_500;

/** Followed until it has ended. */
export function bulkActionQuery(id: string) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'bulk-action', id] as const,
    queryFn: ({ signal }) => getBulkAction(id, signal),
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.endedAt === null ? UNDER_WAY_MS : false,
  });
}

/** Where the documents stand that an action was done to, until none of them moves any more. */
export function bulkStandingQuery(id: string) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'bulk-standing', id] as const,
    queryFn: ({ signal }) => getBulkStanding(id, signal),
    refetchInterval: ({ state }) => {
      const { data } = state;
      const isOver =
        data !== undefined &&
        data.endedAt !== null &&
        data.standing.every(({ status }) => STATUS_LOOKS[status].settled);
      return isOver ? false : FOLLOWED_MS;
    },
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
