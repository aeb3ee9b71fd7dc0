import { defaultSettings } from '../../src/contract/profiles.js';
import { mergeSettings, settings } from '../../src/contract/settings.js';
import { createApp } from '../../src/ledger/apps/apps.js';
import { completeConnect } from '../../src/ledger/connections/connecting.js';
import { createConnection } from '../../src/ledger/connections/connection-changes.js';
import { type Connection, readConnection } from '../../src/ledger/connections/connections.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import type { Simulator } from '../../src/simulator/index.js';
import type { Scenario } from './happenings.js';
import type { VirtualTime } from './virtual-time.js';

const CLIENT_ID = 'simulator-client';
const RETURN_URL = 'https://app.example/settings';

/** A company in QuickBooks. Some names are there already, the others have to be made. */
export function openCompany({ control }: Simulator): string {
  const { realmId } = control.createCompany({
    seed: 'new',
    preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } },
  });
  control.load(realmId, {
    Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
    Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
  });
  return realmId;
}

/** An app and its connection to the company. */
export async function connected(
  ledger: Ledger,
  simulator: Simulator,
  realmId: string,
  { marked, first }: Scenario,
  time: VirtualTime,
): Promise<Connection> {
  const app = await createApp(ledger, { name: 'Harbour', returnUrls: [RETURN_URL] }, 'test');
  const made = await createConnection(
    ledger,
    {
      appId: app.id,
      externalId: 'account',
      name: 'Harbour',
      profile: 'auto-invoices',
      settings: settings.parse(
        mergeSettings(defaultSettings('auto-invoices'), {
          modules: ['invoice', 'customer', 'payment'],
          payments: true,
          customer: { missing: 'create' },
          item: { missing: 'create' },
          provenanceMark: marked,
          unknownOutcome: { first },
        }),
      ),
      returnUrl: RETURN_URL,
    },
    'test',
  );
  await grant(ledger, simulator, made.id, realmId, time);
  const connection = await readConnection(ledger, app.id, made.id);
  if (connection === undefined) throw new Error('The connection is gone');
  return connection;
}

/** What the customer does on Intuit’s pages, for the first time or again. */
export async function grant(
  ledger: Ledger,
  simulator: Simulator,
  connectionId: string,
  realmId: string,
  time: VirtualTime,
): Promise<void> {
  const tokens = simulator.control.token(realmId, { clientId: CLIENT_ID });
  const outcome = await completeConnect(
    ledger,
    {
      connectionId,
      intuitClientId: CLIENT_ID,
      realmId,
      tokens: {
        accessToken: tokens.accessToken,
        refreshToken: tokens.refreshToken,
        accessExpiresAt: new Date(time.nowMs + tokens.expiresInSeconds * 1_000),
        refreshExpiresAt: new Date(time.nowMs + 100 * 86_400_000),
        hardExpiresAt: null,
      },
    },
    'test',
  );
  if (outcome.result !== 'connected') throw new Error(`It answered ${outcome.result}`);
}
