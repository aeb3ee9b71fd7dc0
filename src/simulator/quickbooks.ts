/** The whole simulated service: its companies, grants, limits, faults, clock and log. */

import { type ClockChange, SimulatorClock } from './clock.js';
import { type Behaviours, DEFAULT_BEHAVIOURS } from './engine/behaviours.js';
import { Company, type CompanyFacts } from './engine/company.js';
import { DEFINITIONS } from './entities/index.js';
import { FaultRules } from './faults/rules.js';
import { Apps } from './oauth/apps.js';
import { Grants } from './oauth/grants.js';
import { IdTokens } from './oauth/openid.js';
import { FileStore } from './service/files.js';
import { Latency } from './service/latency.js';
import { LimitGate } from './service/limits.js';
import { ActivityLog } from './service/log.js';
import { ReplayStore } from './service/replay.js';
import { Webhooks } from './webhooks/webhooks.js';

export interface QuickBooksOptions {
  /** The time to follow, in epoch milliseconds. Default: the machine's. */
  clock?: () => number;
  /** From 0 up to 1, for `probability` and shuffling. Default `Math.random`. */
  random?: () => number;
  behaviours?: Partial<Behaviours>;
  /** Known apps: client id → secret. Without it any id and secret are taken. */
  clients?: Readonly<Record<string, string>>;
}

export class QuickBooks {
  readonly clock: SimulatorClock;
  readonly behaviours: Behaviours;
  readonly grants: Grants;
  readonly apps: Apps;
  readonly faults: FaultRules;
  readonly webhooks: Webhooks;
  readonly random: () => number;
  readonly clients: Readonly<Record<string, string>> | undefined;
  readonly limits = new LimitGate();
  readonly latency = new Latency();
  readonly replays = new ReplayStore();
  readonly files = new FileStore();
  readonly idTokens = new IdTokens();
  readonly log = new ActivityLog();
  readonly companies = new Map<string, Company>();
  readonly #changeListeners = new Set<() => void>();

  constructor(options: QuickBooksOptions = {}) {
    this.clock = new SimulatorClock(options.clock);
    this.random = options.random ?? Math.random;
    this.clients = options.clients;
    this.behaviours = { ...DEFAULT_BEHAVIOURS, ...options.behaviours };
    this.grants = new Grants(() => this.clock.nowMs(), this.behaviours);
    this.faults = new FaultRules(this.random);
    this.apps = new Apps(this.clock);
    this.webhooks = new Webhooks({
      clock: this.clock,
      random: this.random,
      isConnected: (clientId, realmId) => this.grants.isConnected(clientId, realmId),
      style: () => this.behaviours.cloudEventStyle,
    });
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  addCompany(facts: CompanyFacts): Company {
    const company = new Company(facts, DEFINITIONS, this.behaviours);
    this.companies.set(facts.realmId, company);
    company.onChange((change) => this.webhooks.note(facts.realmId, change));
    company.onChange(({ entity, id, kind }) => {
      if (entity === 'Attachable' && kind === 'delete') this.files.drop(facts.realmId, id);
    });
    return company;
  }

  /** A company leaves with all that was kept of it. */
  removeCompany(realmId: string): void {
    for (const { id } of this.companies.get(realmId)?.collection('Attachable').rows() ?? []) {
      this.files.drop(realmId, id);
    }
    this.companies.delete(realmId);
    this.grants.drop(realmId);
    this.replays.forget(realmId);
    this.log.clear(realmId);
    this.noteChange();
  }

  changeClock(change: ClockChange): void {
    this.clock.change(change);
    this.noteChange();
  }

  /** Stops what would still happen by itself: deliveries and visits. */
  close(): void {
    this.webhooks.close();
    this.apps.close();
  }

  /** Something worth keeping over a restart has changed. */
  noteChange(): void {
    for (const listener of this.#changeListeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }
}
