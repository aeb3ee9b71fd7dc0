import type { ConnectionAction, ConnectionStatus } from './connection.js';
import type { CustomerPage } from './customer-page.js';
import type { RecordType } from './run.js';

/** What an app's customer reads of where their connection stands. */
export function explainedStatus(
  status: ConnectionStatus,
  { refreshLabel, isAccessRequested }: { refreshLabel: string; isAccessRequested: boolean },
): string {
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
  'disconnect',
] as const;

/** Buttons with their labels. */
export function customerActions(
  actions: readonly ConnectionAction[],
  page: Pick<CustomerPage, 'connectLabel' | 'disconnectLabel'>,
  { refreshLabel, isAccessRequested }: { refreshLabel: string; isAccessRequested: boolean },
): { action: string; label: string }[] {
  const labels = {
    connect: page.connectLabel,
    reconnect: 'Reconnect',
    request_access: 'Request access',
    force_sync: refreshLabelOf(page, refreshLabel),
    disconnect: page.disconnectLabel,
  };
  return OF_CUSTOMERS.filter(
    (action) => actions.includes(action) && !(action === 'request_access' && isAccessRequested),
  ).map((action) => ({ action, label: labels[action] }));
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
