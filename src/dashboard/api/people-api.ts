import type { AuditPage } from '../../contract/audit.js';
import type { OpsSession, Role } from '../../contract/ops.js';
import type {
  OwnSessionList,
  Person,
  PersonPage,
  PersonWithPassword,
} from '../../contract/people.js';
import { call } from './api.js';
import { query, type Search } from './operations-api.js';

/** Calls about people: those of one's own account, and those of admins. */

/** Shows again who one is. */
export function proveBy(password: string, csrfToken: string): Promise<OpsSession> {
  return call('POST', '/ops/session/prove', { csrfToken, body: { password } });
}

export function listOwnSessions(signal: AbortSignal): Promise<OwnSessionList> {
  return call('GET', '/ops/account/sessions', { signal });
}

export function endOwnSession(id: string, csrfToken: string): Promise<unknown> {
  return call('DELETE', `/ops/account/sessions/${id}`, { csrfToken });
}

export function endOwnSessions(keepThis: boolean, csrfToken: string): Promise<unknown> {
  return call('POST', '/ops/account/end-sessions', { csrfToken, body: { keepThis } });
}

/** Without `current` by who has to replace a password an admin made. */
export function changePassword(
  change: { current?: string; password: string },
  csrfToken: string,
): Promise<void> {
  return call('POST', '/ops/account/password', { csrfToken, body: change });
}

export function listPeople(signal: AbortSignal): Promise<PersonPage> {
  return call('GET', '/ops/people', { signal });
}

export function invitePerson(
  invited: { email: string; role: Role },
  csrfToken: string,
): Promise<PersonWithPassword> {
  return call('POST', '/ops/people', { csrfToken, body: invited });
}

export function changePerson(
  id: string,
  change: { role?: Role; disabled?: boolean },
  csrfToken: string,
): Promise<Person> {
  return call('PATCH', `/ops/people/${id}`, { csrfToken, body: change });
}

export function endSessionsOf(id: string, csrfToken: string): Promise<unknown> {
  return call('POST', `/ops/people/${id}/end-sessions`, { csrfToken });
}

export function makePasswordFor(id: string, csrfToken: string): Promise<PersonWithPassword> {
  return call('POST', `/ops/people/${id}/password`, { csrfToken });
}

export function listAudit(search: Search, signal: AbortSignal): Promise<AuditPage> {
  return call('GET', `/ops/audit?${query(search)}`, { signal });
}

/** The address of the same list as a file. */
export function auditFile(search: Search): string {
  return `/ops/audit.csv?${query(search)}`;
}
