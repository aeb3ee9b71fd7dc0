import { expect } from '@jest/globals';
import type { Role } from '../../src/contract/ops.js';
import { type Reason, reason } from '../../src/contract/reasons.js';
import type { QueueBoard, Reauthentication } from '../../src/http/parts.js';
import { type Move, moveDocuments } from '../../src/ledger/documents/moves.js';
import { createUser } from '../../src/ledger/people/users.js';
import { freshLedger } from '../support/ledger.js';
import { freePort } from '../support/ports.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aWeb, withKey } from '../support/web.js';
import { builtDashboard } from './built-pages.js';
import type { Login } from './pages.js';

/** Web listening on a port, with one connection, and people who may log in. */
export async function serveDashboard(
  reauthenticate: Partial<Reauthentication> = {},
  queueBoard: QueueBoard | null = null,
) {
  const fresh = await freshLedger();
  const { ledger } = fresh;
  const port = await freePort();
  const webUrl = `http://127.0.0.1:${port}`;
  const running = await aWeb(ledger, {
    publicUrl: webUrl,
    dashboardFolder: await builtDashboard(),
    queueBoard,
    reauthenticate,
    limits: { loginsPerMinute: 100 },
  });
  await running.web.listen({ host: '127.0.0.1', port });
  const { app, key } = await anApp(ledger);
  const { connection } = await aConnected(ledger, app.id);
  const call = withKey(running.web, key);

  async function person(role: Role): Promise<Login> {
    const email = `${role}@example.com`;
    const { password } = await createUser(ledger, { email, role }, 'test');
    return { email, password };
  }

  /** States an invoice of 120.00; `total` other than that does not agree with its lines. */
  async function state(number: string, customer = 'Contoso Ltd', total = '120.00'): Promise<void> {
    const answer = await call(
      'PUT',
      `/v1/connections/${connection.id}/documents/invoice/${number.toLowerCase()}`,
      {
        number,
        status: 'released',
        issueDate: '2026-11-20',
        customer: { name: customer },
        lines: [{ name: 'Consulting', quantity: '1', unitPrice: '120.00', amount: '120.00' }],
        total,
      },
    );
    expect(answer.statusCode).toBe(202);
  }

  /** An invoice that the worker has failed. */
  async function stateFailed(number: string, customer: string): Promise<void> {
    await state(number, customer);
    await fail(number, reason('customer_missing', { name: customer }));
  }

  function fail(number: string, why: Reason): Promise<void> {
    return move(number, { to: 'failed', what: 'failed', reason: why, dueInMs: null });
  }

  /** What the worker does to a document. */
  async function move(number: string, how: Move): Promise<void> {
    const moved = await ledger.sql.begin(async (tx) => {
      const rows = await tx<{ id: number }[]>`select id from documents where number = ${number}`;
      const ids = rows.map(({ id }) => id);
      return moveDocuments(tx, ids, () => how, 'worker');
    });
    expect(moved).toHaveLength(1);
  }

  async function close(): Promise<void> {
    await running.close();
    await fresh.close();
  }
  return { webUrl, ledger, connection, person, state, stateFailed, fail, move, close };
}

export type ServedDashboard = Awaited<ReturnType<typeof serveDashboard>>;
