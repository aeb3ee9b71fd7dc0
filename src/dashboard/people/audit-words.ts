import type { AuditAction } from '../../contract/audit.js';

/** What was done, for people; the log keeps the words of the left side. */
export const AUDIT_WORDS: Record<AuditAction, string> = {
  'app.created': 'App made',
  'app.budget_changed': 'Budget of an app changed',
  'app.embed_origins_changed': 'Origins that may frame an app’s pages changed',
  'key.created': 'Key made',
  'key.revoked': 'Key revoked',
  'user.created': 'Person let in',
  'user.role_changed': 'Role given',
  'user.disabled': 'Person disabled',
  'user.enabled': 'Person enabled',
  'user.sessions_ended': 'Logged out everywhere',
  'user.password_renewed': 'Password made for somebody',
  'user.password_changed': 'Own password changed',
  'user.joined_single_sign_on': 'First came by single sign-on',
  'session.started': 'Logged in',
  'session.proven': 'Gave the password again',
  'session.refused': 'Login refused',
  'session.ended': 'Logged out',
  'connection.created': 'Connection made',
  'connection.changed': 'Connection changed',
  'connection.settings_changed': 'Settings changed',
  'connection.link_made': 'Connect link made',
  'connection.page_link_made': 'Link to the customer’s page made',
  'connection.page_opened': 'Customer’s page opened',
  'connection.connected': 'Connected to QuickBooks',
  'connection.refused': 'Connecting refused',
  'connection.disconnected': 'Disconnected',
  'connection.finalized': 'Finalized',
  'connection.access_requested': 'Access asked for',
  'connection.unlocked': 'Unlocked',
  'connection.paused': 'Paused',
  'connection.resumed': 'Resumed',
  'connection.exported': 'Data of a connection exported',
  'connection.purged': 'Data of a connection purged',
  'connection.held': 'Hold set',
  'connection.hold_ended': 'Hold ended',
  'document.gate_opened': 'Gate opened for a document',
  'document.skipped': 'Document skipped',
  'document.linked': 'Document linked',
  'document.looked_again': 'Looked for again',
  'document.marked_handled': 'Marked as handled',
  'document.recreated': 'Made anew',
  'document.corrected': 'Statement corrected',
  'document.revealed': 'Statement seen whole',
  'documents.retried': 'Documents retried',
  'documents.exported': 'List of documents taken home',
  'request.revealed': 'Request seen whole',
  'bulk_action.started': 'Bulk action started',
  'bulk_action.aborted': 'Bulk action stopped',
  'cause.released': 'Cause released',
  'endpoint.created': 'Endpoint made',
  'endpoint.changed': 'Endpoint changed',
  'endpoint.disabled': 'Endpoint disabled',
  'endpoint.secret_changed': 'Secret of an endpoint changed',
  'endpoint.removed': 'Endpoint removed',
  'record.hidden_changed': 'Record hidden or shown',
  'run.started': 'Run started',
  'run.cancelled': 'Run cancelled',
  'audit.exported': 'Audit taken home',
};

/** Everything of a subject, as the filter asks for it. */
export const AUDIT_SUBJECTS = [
  { value: 'user.', label: 'Everything about people' },
  { value: 'session.', label: 'Everything about logins' },
  { value: 'connection.', label: 'Everything about connections' },
  { value: 'document.', label: 'Everything done to one document' },
  { value: 'endpoint.', label: 'Everything about endpoints' },
  { value: 'key.', label: 'Everything about keys' },
] as const;

/** An action of a later version keeps its own word. */
export function auditWords(action: string): string {
  return Object.hasOwn(AUDIT_WORDS, action) ? AUDIT_WORDS[action as AuditAction] : action;
}

/** Who is no person with an address: the log's own word, and what it means. */
export const OTHER_ACTORS: Record<string, string> = {
  'command line': 'somebody with a shell',
  'single sign-on': 'the identity provider',
  customer: 'an app’s customer',
  browser: 'nobody known',
};
