import { expect } from '@jest/globals';
import { anInvoice } from '../../support/orders.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';

/** How web answered. */
export interface Asked {
  status: number;
  retryAfter: string | null;
  tookMs: number;
}

/** A request of the app, as an HTTP client sees it. */
export async function ask(house: ChaosHouse, path: string, init: RequestInit = {}): Promise<Asked> {
  const startedAtMs = performance.now();
  const answer = await fetch(house.webUrl + path, {
    ...init,
    headers: { authorization: `Bearer ${house.apiKey}`, ...init.headers },
  });
  await answer.arrayBuffer();
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    tookMs: performance.now() - startedAtMs,
  };
}

/** States an invoice once, taken or not. */
export function put(
  house: ChaosHouse,
  { id }: SalesCompany,
  number: string,
  headers: Record<string, string> = {},
): Promise<Asked> {
  return ask(house, `/v1/connections/${id}/documents/invoice/${number}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(anInvoice({ number })),
  });
}

/** Refused for a moment, as an app is told to try again, and within the time a request may take. */
export function expectRefused(house: ChaosHouse, { status, retryAfter, tookMs }: Asked): void {
  expect({ status, retryAfter }).toEqual({
    status: 503,
    retryAfter: expect.stringMatching(/^\d+$/),
  });
  // The way of an answer on a machine that does much else.
  expect(tookMs).toBeLessThan(house.processConfig.waits.web.answerMs + 15_000);
}

/**
 * States invoices as an app does: again and again until each is taken. One after the other: where an
 * answer must come within moments, many at once on a busy machine would keep each other from it.
 */
export async function stated(at: SalesCompany, ...numbers: string[]): Promise<void> {
  for (const number of numbers) {
    await waitFor(() => at.invoice(number).then(() => true), { what: `${number} to be taken` });
  }
}

/** Web can serve again. */
export async function ready(house: ChaosHouse): Promise<void> {
  await waitFor(async () => (await ask(house, '/readyz')).status === 200, {
    what: 'web to be ready',
  });
}
