import type { Inspection } from '../../config.js';
import { API_BASE } from '../../qbo/quickbooks.js';
import { type Finding, ok, warning } from './finding.js';

const WAIT_MS = 5_000;

/** Whether QuickBooks' host answers anything at all: work waits where it does not. */
export async function checkQuickBooks({ valid }: Inspection): Promise<Finding[]> {
  const environment = valid.INTUIT_ENVIRONMENT;
  if (environment === undefined) return [];
  const host = environment === 'simulator' ? valid.INTUIT_BASE_URL : API_BASE[environment];
  if (host === undefined) return [];
  return (await answers(host)) === undefined
    ? [warning(`QuickBooks (${host}) does not answer from here.`)]
    : [ok(`QuickBooks answers at ${host}.`)];
}

/** The address that browsers and Intuit use. It answers only while web runs. */
export async function checkPublicUrl({ valid }: Inspection): Promise<Finding[]> {
  if (valid.PUBLIC_URL === undefined) return [];
  const publicUrl = valid.PUBLIC_URL.replace(/\/$/, '');
  const redirect = ok(`Redirect address to enter at Intuit: ${publicUrl}/oauth/callback`);
  const found = await answers(`${publicUrl}/livez`);
  if (found === 200) return [redirect, ok(`Web answers at PUBLIC_URL (${publicUrl}).`)];
  const what = found === undefined ? 'nothing answers' : `something answers ${found}`;
  return [redirect, warning(`Web was not found at PUBLIC_URL (${publicUrl}): ${what}.`)];
}

async function answers(url: string): Promise<number | undefined> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(WAIT_MS) });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return undefined;
  }
}
