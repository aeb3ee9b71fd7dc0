import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  CustomerConnection,
  CustomerDocumentPage,
  CustomerRecordPage,
} from '../../contract/customer-page.js';
import type { SettingsCheckAnswer } from '../../contract/settings-check.js';
import { call } from '../api/api.js';

/** What the page asks of `/customer`: its own connection, by the session's cookie. */

export type Change = Record<string, unknown>;

/** While lists are read the page follows; else it looks now and then. */
const FOLLOW_MS = 1_500;
const LOOK_MS = 20_000;

const base = (id: string) => `/customer/connections/${encodeURIComponent(id)}`;

export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: ['connection', id],
    queryFn: ({ signal }) => call<CustomerConnection>('GET', base(id), { signal }),
    refetchInterval: ({ state }) => {
      if (state.error !== null) return false;
      return state.data?.run?.isOpen === true ? FOLLOW_MS : LOOK_MS;
    },
  });

export const documentsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['documents', id],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ limit: '20', ...(pageParam && { after: pageParam }) });
      return call<CustomerDocumentPage>('GET', `${base(id)}/documents?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ after }) => after,
    refetchInterval: LOOK_MS,
  });

export const recordsQuery = (id: string, type: string, q: string) =>
  queryOptions({
    queryKey: ['records', id, type, q],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ limit: '50', ...(q !== '' && { q }) });
      return call<CustomerRecordPage>('GET', `${base(id)}/records/${type}?${query}`, { signal });
    },
  });

export const accountsQuery = (id: string, setting: string, q: string) =>
  queryOptions({
    queryKey: ['accounts', id, setting, q],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ setting, limit: '200', ...(q !== '' && { q }) });
      return call<CustomerRecordPage>('GET', `${base(id)}/accounts?${query}`, { signal });
    },
  });

/** Everything that changes something names the session's token. */
export interface Acting {
  id: string;
  csrfToken: string;
}

/** `any`: the account may go on with another company than before. */
export function connectLink(
  { id, csrfToken }: Acting,
  acceptCompany: 'same' | 'any',
): Promise<{ connectUrl: string }> {
  return call('POST', `${base(id)}/connect-link`, { csrfToken, body: { acceptCompany } });
}

export function act(
  { id, csrfToken }: Acting,
  what: 'disconnect' | 'request-access',
): Promise<void> {
  return call('POST', `${base(id)}/${what}`, { csrfToken });
}

/** Without types: every list. */
export function refreshLists({ id, csrfToken }: Acting, types?: string[]): Promise<void> {
  return call('POST', `${base(id)}/refresh`, { csrfToken, body: { types } });
}

export function checkSettings(
  { id, csrfToken }: Acting,
  body: Change,
): Promise<SettingsCheckAnswer> {
  return call('POST', `${base(id)}/settings/check`, { csrfToken, body });
}

export function saveSettings({ id, csrfToken }: Acting, body: Change): Promise<void> {
  return call('PATCH', `${base(id)}/settings`, { csrfToken, body });
}

export function setHidden(
  { id, csrfToken }: Acting,
  type: string,
  { recordId, hidden }: { recordId: string; hidden: boolean },
): Promise<void> {
  const path = `${base(id)}/records/${type}/${encodeURIComponent(recordId)}`;
  return call('PATCH', path, { csrfToken, body: { hidden } });
}
