import type { ConnectionAction, ConnectionStatus } from './connection.js';
import type { CustomerPage } from './customer-page.js';
import type { RecordType } from './run.js';

/** What of a connection, beside its status, decides what its customer reads and may press. */
interface Standing {
  refreshLabel: string;
  isAccessRequested: boolean;
  /** The account goes on with another company. */
  isReplaced: boolean;
}

/** What an app's customer reads of where their connection stands. */
export function explainedStatus(
  status: ConnectionStatus,
  { refreshLabel, isAccessRequested, isReplaced }: Standing,
): string {
  if (isReplaced) {
    return 'Your account goes on with another QuickBooks company. What was sent to this one stays in it. Open the page from your application again to see the other one.';
  }
  switch (status) {
    case 'new':
      return 'QuickBooks is not connected yet. You sign in on Intuit’s own page and choose the company there.';
    case 'locked':
      return isAccessRequested
        ? 'Your account is on trial, and this section is locked. You have asked for access; support will open it.'
        : 'Your account is on trial, and this section is locked. Ask for access, and support will open it.';
    case 'awaiting_finalization':
      return 'QuickBooks is connected. Support finalizes the integration now; nothing is sent until then.';
    case 'setup_incomplete':
      return `QuickBooks is connected. Something is missing before anything is sent; lists are read with "${refreshLabel}".`;
    case 'connected':
      return 'QuickBooks is connected.';
    case 'paused':
      return 'QuickBooks is connected. Sending is paused for now; what is stated meanwhile waits.';
    case 'company_suspended':
      return 'The QuickBooks company cannot be written to, usually because its subscription has ended. Renew it in QuickBooks; sending goes on by itself.';
    case 'reconnect_needed':
      return 'QuickBooks does not accept the connection any more. Reconnect to the same company; what waits goes on then.';
    case 'disconnected':
      return 'QuickBooks is disconnected. What is in QuickBooks stays there. Connect to the same company to go on.';
    case 'disconnected_in_quickbooks':
      return 'Somebody disconnected this application in QuickBooks, under Apps. Reconnect to the same company to go on.';
  }
}

/** Buttons that are the customer's, in the order they are offered; others are the app's or support's. */
const OF_CUSTOMERS = [
  'connect',
  'reconnect',
  'request_access',
  'force_sync',
  'connect_other',
  'disconnect',
] as const;

/** Where the company is out of reach, the customer may mean another one from here on. */
export const OFFERS_OTHER_COMPANY: ReadonlySet<ConnectionStatus> = new Set([
  'reconnect_needed',
  'disconnected',
  'disconnected_in_quickbooks',
]);

/** Buttons with their labels; none where the account goes on elsewhere. */
export function customerActions(
  { status, actions }: { status: ConnectionStatus; actions: readonly ConnectionAction[] },
  page: Pick<CustomerPage, 'connectLabel' | 'disconnectLabel'>,
  { refreshLabel, isAccessRequested, isReplaced }: Standing,
): { action: string; label: string }[] {
  if (isReplaced) return [];
  const labels = {
    connect: page.connectLabel,
    reconnect: 'Reconnect',
    request_access: 'Request access',
    force_sync: refreshLabelOf(page, refreshLabel),
    connect_other: 'Connect another company',
    disconnect: page.disconnectLabel,
  };
  return OF_CUSTOMERS.filter((action) => {
    if (action === 'connect_other') return OFFERS_OTHER_COMPANY.has(status);
    return actions.includes(action) && !(action === 'request_access' && isAccessRequested);
  }).map((action) => ({ action, label: labels[action] }));
}

/** One label for two buttons would mislead. */
export function refreshLabelOf(
  { connectLabel }: Pick<CustomerPage, 'connectLabel'>,
  refreshLabel: string,
): string {
  return refreshLabel === connectLabel ? 'Refresh lists' : refreshLabel;
}

const LIST_WORDS: Record<RecordType, string> = {
  account: 'Accounts',
  item: 'Products and services',
  customer: 'Customers and projects',
  vendor: 'Suppliers',
  tax_code: 'Tax codes',
  tax_rate: 'Tax rates',
  class: 'Classes',
  department: 'Locations',
  term: 'Terms',
  payment_method: 'Payment methods',
};

/** What people call a list of QuickBooks. */
export function listWords(type: RecordType): string {
  return LIST_WORDS[type];
}
