import {
  type DueCheck,
  noteStillUsable,
  takeDueChecks,
  wantIdleKeptAlive,
} from '../ledger/companies/company-checks.js';
import { tellOfTokenEnds } from '../ledger/companies/token-ends.js';
import { goOnAfterCheck } from '../ledger/connections/going-on.js';
import type { PushTools } from '../push/sending.js';
import { readSubscription } from '../qbo/company.js';
import { ReconnectNeeded } from '../qbo/errors.js';
import { failureClassOfError } from '../qbo/failure-class.js';
import { type Dispatcher, nameOf } from './dispatch.js';
import type { QueueEvents } from './events.js';
import { lookEvery } from './looking.js';
import { noteReconnectNeeded } from './lost-company.js';

export interface CheckCompaniesOptions {
  tools: PushTools;
  dispatcher: Dispatcher;
  /** Between two looks for companies whose check is due, in milliseconds. Default 15 s. */
  everyMs: number;
  log: QueueEvents;
}

/** Companies one look asks, all at once; the next one goes on. */
const COMPANIES_MAX = 20;

/**
 * Looks again and again for companies that may be of use again, or may not be any more, and asks them;
 * and tells apps of tokens that end soon.
 */
export function startChecking(options: CheckCompaniesOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const looking = lookEvery(
    options.everyMs,
    () => lookOnce(options, stopping.signal),
    (error) => options.log('checks_failed', { error: nameOf(error) }),
  );
  return {
    stop() {
      stopping.abort();
      return looking.stop();
    },
  };
}

async function lookOnce(options: CheckCompaniesOptions, signal: AbortSignal): Promise<void> {
  const { ledger, waits } = options.tools;
  await tellOfTokenEnds(ledger);
  await wantIdleKeptAlive(ledger, COMPANIES_MAX);
  const checks = await takeDueChecks(ledger, waits, COMPANIES_MAX);
  await Promise.all(checks.map((check) => checkOnce(options, check, signal)));
}

async function checkOnce(
  options: CheckCompaniesOptions,
  check: DueCheck,
  signal: AbortSignal,
): Promise<void> {
  const { companyId, status } = check;
  try {
    const result = await ask(options, check, signal);
    options.log('company_checked', { companyId, status, result });
  } catch (error) {
    if (signal.aborted) return;
    // Nobody was told anything by it: what is due comes back by itself.
    if (failureClassOfError(error) === undefined) throw error;
    options.log('company_checked', { companyId, status, result: 'unknown' });
  }
}

async function ask(
  { tools, dispatcher }: CheckCompaniesOptions,
  { companyId, status }: DueCheck,
  signal: AbortSignal,
): Promise<'usable' | 'lost' | 'same'> {
  const { ledger, quickbooks } = tools;
  try {
    if (status === 'connected') {
      await quickbooks.renewTokens(companyId, { signal });
      await noteStillUsable(ledger, companyId);
      return 'usable';
    }
    const subscription = await readSubscription(quickbooks, companyId, { signal });
    if (status === 'suspended' && subscription === 'ended') return 'same';
    const was = status === 'suspended' ? 'suspended' : 'reconnect_needed';
    if (await goOnAfterCheck(ledger, companyId, was)) await dispatcher.dispatch(companyId);
    return 'usable';
  } catch (error) {
    if (failureClassOfError(error) === 'suspended' && status === 'suspended') return 'same';
    if (!(error instanceof ReconnectNeeded)) throw error;
    await noteReconnectNeeded(tools, companyId, error);
    return status === 'reconnect_needed' ? 'same' : 'lost';
  }
}
