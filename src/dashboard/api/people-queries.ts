import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Search } from './operations-api.js';
import { OPERATIONS_KEY } from './operations-queries.js';
import { listAudit, listOwnSessions, listPeople } from './people-api.js';

/** What the pages about people read. */

export const peopleQuery = queryOptions({
  queryKey: [OPERATIONS_KEY, 'people'] as const,
  queryFn: ({ signal }) => listPeople(signal),
});

export const ownSessionsQuery = queryOptions({
  queryKey: [OPERATIONS_KEY, 'own-sessions'] as const,
  queryFn: ({ signal }) => listOwnSessions(signal),
});

export function auditQuery(search: Search) {
  return queryOptions({
    queryKey: [OPERATIONS_KEY, 'audit', search] as const,
    queryFn: ({ signal }) => listAudit(search, signal),
    placeholderData: keepPreviousData,
  });
}
