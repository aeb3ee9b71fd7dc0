import {
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import type { OpsDocumentPage, OpsSession } from '../../contract/ops.js';
import { STATUS_LOOKS } from '../document/statuses.js';
import type { DocumentSearch } from '../list/document-search.js';
import { getDocument, getLoginWays, getSession, listDocuments, RequestFailed } from './api.js';

/** What is read from the server, how long it counts as fresh, and what a refusal means. */

const LIST_REFRESH_MS = 5_000;
const MOVING_REFRESH_MS = 2_000;
const SETTLED_REFRESH_MS = 10_000;
const READ_RETRIES_MAX = 2;
const SESSION_ASKED_MS = 20_000;

/** Who is logged in, or why nobody is. */
export type SessionState =
  | { session: OpsSession }
  | { session: null; why: 'not_logged_in' | 'ended' | 'logged_out' };

const SESSION_KEY = ['session'] as const;
const LISTS_KEY = ['documents'] as const;
const DOCUMENTS_KEY = ['document'] as const;

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEndOfSession }),
  mutationCache: new MutationCache({ onError: noticeEndOfSession }),
  defaultOptions: {
    queries: {
      networkMode: 'always',
      retry: (failures, error) => failures < READ_RETRIES_MAX && mayPass(error),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

/** How one may log in here, for the page before the session. */
export const loginWaysQuery = queryOptions({
  queryKey: ['login'] as const,
  queryFn: ({ signal }) => getLoginWays(signal),
});

export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<SessionState> => {
    try {
      return { session: await getSession(signal) };
    } catch (error) {
      if (isUnauthorized(error)) return { session: null, why: 'not_logged_in' };
      throw error;
    }
  },
});

/**
 * One page of the list. It is not refreshed by itself while `isInUse` says that a person is at work
 * on its rows, so that none moves under the hand.
 */
export function documentsQuery(
  search: DocumentSearch,
  isInUse: (page: OpsDocumentPage | undefined) => boolean,
) {
  return queryOptions({
    queryKey: [...LISTS_KEY, search] as const,
    queryFn: ({ signal }) => listDocuments(search, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (isInUse(state.data) ? false : LIST_REFRESH_MS),
    refetchOnWindowFocus: ({ state }) => !isInUse(state.data),
  });
}

export function documentQuery(id: string) {
  return queryOptions({
    queryKey: [...DOCUMENTS_KEY, id] as const,
    queryFn: ({ signal }) => getDocument(id, signal),
    refetchInterval: ({ state }) =>
      state.data === undefined || STATUS_LOOKS[state.data.status].settled
        ? SETTLED_REFRESH_MS
        : MOVING_REFRESH_MS,
  });
}

/** After a login: nothing read for the person before stays. */
export function beginSession(session: OpsSession): void {
  forgetDocuments();
  setSession({ session });
}

export function leaveSession(): void {
  setSession({ session: null, why: 'logged_out' });
  forgetDocuments();
}

/** After a change of what the session is or may do. */
export function rereadSession(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: SESSION_KEY });
}

/** After an action on a document: what is shown of it, here and in the lists, is read again. */
export async function refreshDocument(id: string): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: documentQuery(id).queryKey });
  await refreshLists();
}

export function refreshLists(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: LISTS_KEY });
}

let isAsked = false;

/**
 * A call that was not let in: either the session is over, or it got another id while the call was
 * on its way, as when the password was given again. Then what failed is read again.
 */
function noticeEndOfSession(error: unknown): void {
  const before = queryClient.getQueryData(sessionQuery.queryKey);
  if (!isUnauthorized(error) || !before?.session || isAsked) return;
  isAsked = true;
  getSession(AbortSignal.timeout(SESSION_ASKED_MS))
    .then(
      () => queryClient.invalidateQueries({ predicate: ({ state }) => state.error !== null }),
      (refusal: unknown) => {
        if (isUnauthorized(refusal)) setSession({ session: null, why: 'ended' });
      },
    )
    .finally(() => {
      isAsked = false;
    });
}

function setSession(state: SessionState): void {
  queryClient.setQueryData(sessionQuery.queryKey, state);
}

function forgetDocuments(): void {
  queryClient.removeQueries({ queryKey: LISTS_KEY });
  queryClient.removeQueries({ queryKey: DOCUMENTS_KEY });
  queryClient.removeQueries({ queryKey: ['operations'] });
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof RequestFailed && error.status === 401;
}

/** No answer, or the server's own fault: asking again may help. */
function mayPass(error: unknown): boolean {
  return error instanceof RequestFailed && (error.status === 0 || error.status >= 500);
}
