/**
 * A QuickBooks Online that runs on a port of your own machine. It answers the Accounting API, OAuth
 * and a control API on one host; nothing leaves the machine.
 */

import { type CompanyOptions, SimulatorControl } from './control/control.js';
import { DataFile } from './data-file/data-file.js';
import { HttpServer } from './http/server.js';
import { QuickBooks, type QuickBooksOptions } from './quickbooks.js';
import type { LimitState } from './service/limits.js';

export type { ClockChange, ClockState } from './clock.js';
export type { Act, ActResult } from './control/act.js';
export type {
  CompanyOptions,
  CompanySummary,
  IssuedTokens,
  SimulatorControl,
  TokenOptions,
} from './control/control.js';
export { ControlError } from './control/error.js';
export { DataFileError } from './data-file/error.js';
export type { Behaviours } from './engine/behaviours.js';
export type { Country, Plan } from './engine/company.js';
export type { ActiveFault, FaultMatch, FaultRule, FaultStage } from './faults/rules.js';
export type { JsonObject, JsonValue } from './json.js';
export type { App, AppOptions, Visit } from './oauth/apps.js';
export type { LatencyCall } from './service/latency.js';
export type { LimitState } from './service/limits.js';
export type { CallCounts, Commit, CompanyLog, LoggedCall } from './service/log.js';
export type { MeterState } from './service/read-meter.js';
export type { Attempt, Delivery, SendRequest } from './webhooks/delivery.js';
export type { Subscription, SubscriptionOptions, WebhookFormat } from './webhooks/subscription.js';

export interface SimulatorOptions extends QuickBooksOptions {
  /** Default 0: any free port. */
  port?: number;
  host?: '127.0.0.1';
  /** Keeps the state in this file over restarts. Default: nothing is kept. */
  dataFile?: string;
  /** Intuit's throttles. Default `{ on: true, scale: 1 }`. */
  limits?: Partial<LimitState>;
  /** Companies to create where the data file has none. Default: none. */
  companies?: readonly CompanyOptions[];
}

export interface Simulator {
  /** `http://127.0.0.1:4010`, without a slash at the end. */
  readonly url: string;
  readonly control: SimulatorControl;
  close(): Promise<void>;
}

/**
 * Starts a simulator and answers when it takes calls.
 *
 * @throws DataFileError where the data file cannot be used
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', dataFile, limits = {}, companies = [] } = options;
  const quickbooks = new QuickBooks(options);
  const control = new SimulatorControl(quickbooks);
  quickbooks.limits.set(limits);
  const file = dataFile === undefined ? undefined : await DataFile.open(quickbooks, dataFile);
  if (quickbooks.companies.size === 0) {
    for (const company of companies) control.createCompany(company);
  }
  const server = new HttpServer(quickbooks, control);
  const listening = await server.listen(host, port).catch(async (error: unknown) => {
    quickbooks.close();
    await file?.close();
    throw error;
  });
  return {
    url: `http://${host}:${listening}`,
    control,
    async close() {
      quickbooks.close();
      await server.close();
      await file?.close();
    },
  };
}
