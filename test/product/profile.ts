import type { StatedDocumentByKind, StatedKind } from '../../src/client/index.js';
import type { DocumentAnswer } from '../../src/contract/answers.js';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  type Connected,
  type ConnectOptions,
  type Journey,
  refresh,
  runsEnded,
  waitForStatus,
} from '../support/journey.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';

/** What QuickBooks has before the app comes. */
export interface Lists {
  Customer?: JsonObject[];
  Vendor?: JsonObject[];
  Employee?: JsonObject[];
  Item?: JsonObject[];
  [entity: string]: JsonObject[] | undefined;
}

/** An account of an app, connected and ready to send, and the company behind it. */
export interface Account extends Connected {
  quickbooks: QuickBooksSide;
  state<Kind extends StatedKind>(
    kind: Kind,
    externalId: string,
    document: StatedDocumentByKind[Kind],
  ): Promise<DocumentAnswer>;
  /** By default of an invoice. */
  click(externalId: string, kind?: StatedKind): Promise<DocumentAnswer>;
  /** Waits until the document shows one of the statuses. */
  settled(
    kind: StatedKind,
    externalId: string,
    statuses?: string | string[],
  ): Promise<DocumentAnswer>;
}

/** Connects an account to a company with these lists; reads them, and finalizes where that is asked. */
export async function account(
  journey: Journey,
  { lists = {}, company, ...connecting }: ConnectOptions & { lists?: Lists } = {},
): Promise<Account> {
  const { client, simulator } = journey;
  const { realmId } = simulator.control.createCompany({ country: 'US', seed: 'new', ...company });
  simulator.control.load(realmId, lists as Record<string, JsonObject[]>);
  const connected = await journey.connect({ ...connecting, realmId });
  await refresh(journey, connected.id);
  await runsEnded(journey, connected.id);
  const { id, connection } = connected;
  if (connection.actions.includes('finalize')) await client.finalize(id);
  const quickbooks = quickBooksSide(journey, connected);
  quickbooks.forget();
  return {
    ...connected,
    quickbooks,
    state: (kind, externalId, document) => client.state(id, kind, externalId, document),
    click: (externalId, kind = 'invoice') => client.sync(id, kind, externalId),
    settled: (kind, externalId, statuses = 'synced') =>
      waitForStatus(journey, id, kind, externalId, statuses),
  };
}
