/** Where a connection stands; shown to the app and to its customer. */
export const CONNECTION_STATUSES = [
  'new',
  'locked',
  'awaiting_finalization',
  'setup_incomplete',
  'connected',
  'paused',
  'company_suspended',
  'reconnect_needed',
  'disconnected',
  'disconnected_in_quickbooks',
] as const;
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

export type ConnectionAction =
  | 'connect'
  | 'reconnect'
  | 'force_sync'
  | 'disconnect'
  | 'request_access'
  | 'finalize'
  | 'unlock'
  | 'pause'
  | 'resume';

/** What the app may offer its customer in each status. */
const ACTIONS_BY_STATUS: Record<ConnectionStatus, readonly ConnectionAction[]> = {
  new: ['connect'],
  locked: ['request_access'],
  awaiting_finalization: ['force_sync', 'finalize', 'disconnect'],
  setup_incomplete: ['force_sync', 'disconnect'],
  connected: ['force_sync', 'pause', 'disconnect'],
  paused: ['resume', 'force_sync', 'disconnect'],
  // Its lists can still be read.
  company_suspended: ['force_sync', 'disconnect'],
  reconnect_needed: ['reconnect', 'disconnect'],
  disconnected: ['connect'],
  disconnected_in_quickbooks: ['reconnect', 'disconnect'],
};

/** Buttons to show for a connection. */
export function connectionActions({
  status,
  settings,
  attributes,
}: {
  status: ConnectionStatus;
  settings: { refreshSystemTypes: readonly string[] };
  attributes: Readonly<Record<string, string>>;
}): ConnectionAction[] {
  const { refreshSystemTypes: types } = settings;
  const offersRefresh = types.length === 0 || types.includes(attributes['systemType'] ?? '');
  return ACTIONS_BY_STATUS[status].filter((action) => action !== 'force_sync' || offersRefresh);
}

/** Whether documents of the connection are sent. */
export function isConnected(status: ConnectionStatus): boolean {
  return status === 'connected';
}

/**
 * What the browser is told when it comes back from Intuit, as `?result=` of the return address.
 * `locked` also without having been there.
 */
export const CONNECT_RESULTS = [
  'connected',
  'refused',
  'scopes_missing',
  'other_company',
  'locked',
] as const;
export type ConnectResult = (typeof CONNECT_RESULTS)[number];
