/** What tests and people may do to the simulator from outside QuickBooks' own API. */

import type { ClockChange, ClockState } from '../clock.js';
import type { Behaviours } from '../engine/behaviours.js';
import type { Company, Country, Plan, Subscription } from '../engine/company.js';
import { loadObjects } from '../engine/load.js';
import type { ActiveFault, FaultRule, FaultRules } from '../faults/rules.js';
import type { JsonObject } from '../json.js';
import { textOf } from '../json.js';
import type { Apps } from '../oauth/apps.js';
import { ACCOUNTING_SCOPE, DEFAULT_CLIENT } from '../oauth/grants.js';
import type { QuickBooks } from '../quickbooks.js';
import { type Seed, seedCompany } from '../sample/seed.js';
import type { LatencyCall } from '../service/latency.js';
import type { LimitState } from '../service/limits.js';
import type { Commit, CompanyLog, LoggedCall } from '../service/log.js';
import type { MeterState } from '../service/read-meter.js';
import { type Act, type ActResult, actIn } from './act.js';
import { type CompanyChange, changeCompany } from './change-company.js';
import { ControlError, taken } from './error.js';
import { companyChangeSchema, companySchema } from './schemas.js';
import { acceptedSettings } from './settings.js';
import { WebhookControl } from './webhooks.js';

export interface CompanyOptions {
  /** Digits, as Intuit's. Default: the next free one. */
  realmId?: string;
  /** `CompanyName` and `LegalName`. Default: a sample name by country and plan. */
  name?: string;
  /** Default `US`. */
  country?: Country;
  /** Default `plus`. */
  plan?: Plan;
  /** Default `sample`. */
  seed?: Seed;
  /** Laid over the default Preferences, group by group. */
  preferences?: JsonObject;
}

export interface CompanySummary {
  realmId: string;
  name: string;
  country: Country;
  plan: Plan;
  subscription: Subscription;
  /** Objects by entity. */
  objects: Record<string, number>;
}

export interface TokenOptions {
  /** Default `simulator-client`. */
  clientId?: string;
  /** Default: accounting. */
  scopes?: string[];
}

export interface IssuedTokens {
  accessToken: string;
  refreshToken: string;
  realmId: string;
  expiresInSeconds: number;
}

const FIRST_REALM = 4_620_816_365_000_001;

/** The abilities of the control API as an object. All take effect at once. */
export class SimulatorControl {
  readonly webhooks: WebhookControl;
  /** What apps have registered in Intuit's portal. */
  readonly apps: Pick<Apps, 'register' | 'list' | 'idle'>;

  constructor(private readonly quickbooks: QuickBooks) {
    this.webhooks = new WebhookControl(quickbooks);
    this.apps = quickbooks.apps;
  }

  /** @throws ControlError 400 for options that are none, 409 for a realmId that is taken */
  createCompany(wanted: CompanyOptions = {}): CompanySummary {
    const { quickbooks } = this;
    const options = taken(companySchema, wanted);
    const realmId = options.realmId ?? this.#freeRealm();
    if (quickbooks.companies.has(realmId)) throw new ControlError(409, 'That realmId is taken');
    const { country = 'US', plan = 'plus', seed = 'sample', name } = options;
    const preferences = acceptedSettings(options.preferences ?? {});
    const company = quickbooks.addCompany({ realmId, country, plan, closedWithPassword: true });
    seedCompany(company, {
      seed,
      preferences,
      nowMs: quickbooks.nowMs(),
      ...(name === undefined ? {} : { name }),
    });
    quickbooks.noteChange();
    return summaryOf(company);
  }

  /** With its objects, grants, stored requestids and log; its realmId is free again. */
  removeCompany(realmId: string): void {
    this.#company(realmId);
    this.quickbooks.removeCompany(realmId);
  }

  /** Changes a company from outside: what Intuit's billing and its people's settings would. */
  changeCompany(realmId: string, wanted: CompanyChange): CompanySummary {
    const company = this.#company(realmId);
    const { preferences, ...rest } = taken(companyChangeSchema, wanted);
    const change = {
      ...rest,
      ...(preferences === undefined ? {} : { preferences: acceptedSettings(preferences) }),
    };
    changeCompany(company, change, this.quickbooks.nowMs());
    this.quickbooks.noteChange();
    return summaryOf(company);
  }

  companies(): CompanySummary[] {
    return [...this.quickbooks.companies.values()].map(summaryOf);
  }

  /** Tokens as an authorization would give, without the browser. */
  token(realmId: string, options: TokenOptions = {}): IssuedTokens {
    this.#company(realmId);
    const tokens = this.quickbooks.grants.grant({
      clientId: options.clientId ?? DEFAULT_CLIENT,
      realmId,
      scopes: options.scopes ?? [ACCOUNTING_SCOPE],
    });
    this.quickbooks.noteChange();
    const { accessToken, refreshToken, expiresInSeconds } = tokens;
    return { accessToken, refreshToken, realmId, expiresInSeconds };
  }

  /** Stores objects as they stand, by entity. Answers how many of each. */
  load(
    realmId: string,
    objects: Readonly<Record<string, readonly JsonObject[]>>,
  ): Record<string, number> {
    try {
      const counts = loadObjects(this.#company(realmId), objects, {
        nowMs: this.quickbooks.nowMs(),
      });
      this.quickbooks.noteChange();
      return counts;
    } catch (error) {
      if (error instanceof RangeError) throw new ControlError(400, error.message);
      throw error;
    }
  }

  /** All objects of an entity as QuickBooks holds them, active or not. Counts as no call. */
  objects(realmId: string, entity: string): JsonObject[] {
    const company = this.#company(realmId);
    if (!company.definitions.has(entity)) throw new ControlError(404, `No entity ${entity}`);
    return [...company.collection(entity).objects()];
  }

  /** Commits, calls and their counts since the start or the last `clearLog`. */
  log(realmId: string): CompanyLog {
    this.#company(realmId);
    const { commits, calls, counts } = this.quickbooks.log.of(realmId);
    return { commits: [...commits], calls: [...calls], counts: { ...counts } };
  }

  clearLog(realmId: string): void {
    this.#company(realmId);
    this.quickbooks.log.clear(realmId);
  }

  /** Calls back after each commit of any company, until the returned function is called. */
  onCommit(listener: (commit: Commit) => void): () => void {
    return this.quickbooks.log.onCommit(listener);
  }

  /** Calls back when a call's outcome is known, just before its answer is sent. */
  onCall(listener: (call: LoggedCall) => void): () => void {
    return this.quickbooks.log.onCall(listener);
  }

  /** Something a person does inside QuickBooks. */
  act(realmId: string, act: Act): ActResult {
    return actIn(this.quickbooks, this.#company(realmId), act);
  }

  clock(): ClockState {
    return this.quickbooks.clock.state();
  }

  setClock(change: ClockChange): ClockState {
    try {
      this.quickbooks.changeClock(change);
    } catch (error) {
      if (error instanceof RangeError) throw new ControlError(400, error.message);
      throw error;
    }
    return this.clock();
  }

  limits(): LimitState {
    return this.quickbooks.limits.state;
  }

  setLimits(change: Partial<LimitState>): LimitState {
    return this.quickbooks.limits.set(change);
  }

  /** Reads of this month by app, as Intuit's meter counts them. */
  reads(): MeterState {
    return this.quickbooks.limits.reads(this.quickbooks.nowMs());
  }

  latency(): Record<LatencyCall, number> {
    return this.quickbooks.latency.state();
  }

  setLatency({ call, ms }: { call: LatencyCall | 'all'; ms: number }): Record<LatencyCall, number> {
    return this.quickbooks.latency.set(call, ms);
  }

  /** @throws ControlError 400 for a rule that could never do what it says */
  addFault(rule: FaultRule): ReturnType<FaultRules['add']> {
    try {
      return this.quickbooks.faults.add(rule);
    } catch (error) {
      if (error instanceof RangeError) throw new ControlError(400, error.message);
      throw error;
    }
  }

  /** Faults that still have hits left. */
  faults(): ActiveFault[] {
    return this.quickbooks.faults.list();
  }

  /** Removes one fault, or all. Answers how many. */
  removeFaults(id?: string): number {
    return this.quickbooks.faults.remove(id);
  }

  behaviours(): Behaviours {
    return { ...this.quickbooks.behaviours };
  }

  setBehaviours(change: Partial<Behaviours>): Behaviours {
    Object.assign(this.quickbooks.behaviours, change);
    return this.behaviours();
  }

  /** Forgets stored requestids: one, a company's, or all. Answers how many. */
  forgetRequests(filter: { realmId?: string; requestid?: string } = {}): number {
    return this.quickbooks.replays.forget(filter.realmId, filter.requestid);
  }

  #company(realmId: string): Company {
    const company = this.quickbooks.companies.get(realmId);
    if (company === undefined) throw new ControlError(404, 'There is no company with that realmId');
    return company;
  }

  #freeRealm(): string {
    const { companies } = this.quickbooks;
    let realm = FIRST_REALM + companies.size;
    while (companies.has(String(realm))) realm += 1;
    return String(realm);
  }
}

function summaryOf(company: Company): CompanySummary {
  const { realmId, country, plan, subscription = 'active' } = company.facts;
  const objects: Record<string, number> = {};
  for (const collection of company.collections()) {
    objects[collection.definition.name] = collection.size;
  }
  const name = textOf(company.find('CompanyInfo', '1'), 'CompanyName') ?? realmId;
  return { realmId, name, country, plan, subscription, objects };
}
