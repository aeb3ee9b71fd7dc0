/** What apps have registered in Intuit's portal, and the visits that browsers made to their pages. */

import type { SimulatorClock } from '../clock.js';
import { OutgoingRequests } from '../http/outgoing.js';
import { DEFAULT_CLIENT } from './grants.js';

export interface AppOptions {
  /** Default `simulator-client`, as for tokens. */
  clientId?: string;
  /** Where authorization may return to. Default: anywhere. */
  redirectUris?: readonly string[];
  /** Visited when a person disconnects the app inside QuickBooks. Default: nothing is visited. */
  disconnectUrl?: string;
  /** Shown only: nothing visits it. */
  launchUrl?: string;
  /** Shown only: nothing visits it. */
  reconnectUrl?: string;
}

export interface Visit {
  page: 'disconnect';
  realmId: string;
  /** The address, and after redirects the last one. */
  url: string;
  /** ISO 8601, on the simulator's clock. */
  at: string;
  /** False while the page has not answered. */
  finished: boolean;
  status: number | null;
  error: string | null;
}

export interface App extends AppOptions {
  clientId: string;
  /** The newest 100, the oldest first. */
  visits: Visit[];
}

const VISITS_MAX = 100;
const REDIRECTS_MAX = 5;
/** How long a browser waits for a page, real time. */
const PAGE_TIMEOUT_MS = 30_000;

export class Apps {
  readonly #apps = new Map<string, App>();
  readonly #requests = new OutgoingRequests();
  readonly #open = new Set<Promise<void>>();

  constructor(private readonly clock: SimulatorClock) {}

  /** Replaces what the app had registered; its visits stay. */
  register(options: AppOptions): App {
    const clientId = options.clientId ?? DEFAULT_CLIENT;
    const app = { ...options, clientId, visits: this.#apps.get(clientId)?.visits ?? [] };
    this.#apps.set(clientId, app);
    return app;
  }

  list(): App[] {
    return [...this.#apps.values()].map((app) => ({
      ...app,
      visits: app.visits.map((visit) => ({ ...visit })),
    }));
  }

  mayReturnTo(clientId: string, redirectUri: string): boolean {
    return this.#apps.get(clientId)?.redirectUris?.includes(redirectUri) ?? true;
  }

  /** The browser of the person who disconnected goes to the app's page, with the company's id. */
  disconnected(clientId: string, realmId: string): void {
    const app = this.#apps.get(clientId);
    if (app?.disconnectUrl === undefined) return;
    const url = new URL(app.disconnectUrl);
    url.searchParams.set('realmId', realmId);
    const visit: Visit = {
      page: 'disconnect',
      realmId,
      url: url.href,
      at: this.clock.state().now,
      finished: false,
      status: null,
      error: null,
    };
    app.visits.push(visit);
    if (app.visits.length > VISITS_MAX) app.visits.shift();
    const going = this.#go(visit).finally(() => this.#open.delete(going));
    this.#open.add(going);
  }

  /** Resolves when every page has answered or failed to. */
  async idle(): Promise<void> {
    await Promise.all(this.#open);
  }

  close(): void {
    this.#requests.close();
  }

  async #go(visit: Visit): Promise<void> {
    for (let hops = 0; hops <= REDIRECTS_MAX; hops += 1) {
      const { status, error, location } = await this.#requests.send({
        method: 'GET',
        url: visit.url,
        headers: { accept: 'text/html', 'user-agent': 'Mozilla/5.0 (simulator)' },
        timeoutMs: PAGE_TIMEOUT_MS,
      });
      visit.status = status;
      visit.error = error;
      const goesOn = status !== null && status >= 300 && status < 400 && location !== null;
      if (!goesOn || !URL.canParse(location, visit.url)) break;
      visit.url = new URL(location, visit.url).href;
    }
    visit.finished = true;
  }
}
