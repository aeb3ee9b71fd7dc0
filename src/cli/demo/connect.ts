import type { ConnectionAnswer, NewConnection, QboSyncClient } from '../../client/index.js';
import { Refusal } from '../refusal.js';
import { COMPANIES, type CompanyName } from './companies.js';
import type { DemoPlace } from './notes.js';

/** The page of the shop that a customer comes from and returns to. Nobody listens there. */
export const RETURN_URL = 'https://shop.example/settings/quickbooks';

const CONNECTIONS: Record<CompanyName, NewConnection> = {
  us: {
    externalId: 'portland',
    name: 'Demo shop, Portland',
    profile: 'export-on-click',
    settings: {
      accounts: {
        income: { name: 'Sales of Product Income' },
        receivable: { name: 'Accounts Receivable (A/R)' },
      },
    },
    returnUrl: RETURN_URL,
  },
  uk: {
    externalId: 'leeds',
    name: 'Demo shop, Leeds',
    profile: 'auto-invoices',
    returnUrl: RETURN_URL,
  },
};

/** The connection of a company, connected; made and connected where it is not. Answers its id. */
export async function connectCompany(
  client: QboSyncClient,
  place: DemoPlace,
  company: CompanyName,
): Promise<ConnectionAnswer> {
  const wanted = CONNECTIONS[company];
  const [known] = (await client.connections({ externalId: wanted.externalId })).connections;
  const connection = known ?? (await client.createConnection(wanted));
  place.notes.connections[company] = { id: connection.id };
  place.save();
  if (connection.connectedAt !== null && connection.actions.includes('disconnect'))
    return connection;
  const { connectUrl } = await client.connectLink(connection.id);
  const back = await walkThroughOAuth(connectUrl ?? '', COMPANIES[company].realmId);
  const result = back.searchParams.get('result');
  if (result !== 'connected') throw new Refusal(`The simulator was not connected: ${result}.`);
  return client.connection(connection.id);
}

/** What the customer's browser does: our link, Intuit's page, our callback, back to the shop. */
async function walkThroughOAuth(connectUrl: string, realmId: string): Promise<URL> {
  const start = await follow(connectUrl);
  const cookie = start.cookies;
  const authorize = new URL(start.location);
  // A person would choose the company and press the button.
  authorize.searchParams.set('realmId', realmId);
  authorize.searchParams.set('auto', 'allow');
  const granted = await follow(authorize.href);
  const back = await follow(granted.location, cookie);
  return new URL(back.location);
}

async function follow(url: string, cookie = ''): Promise<{ location: string; cookies: string }> {
  const answer = await fetch(url, {
    redirect: 'manual',
    headers: cookie === '' ? {} : { cookie },
    signal: AbortSignal.timeout(30_000),
  });
  const location = answer.headers.get('location');
  if (location === null) throw new Refusal(`No redirect while connecting (${answer.status}).`);
  const cookies = answer.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
  return { location, cookies: cookies.join('; ') };
}
