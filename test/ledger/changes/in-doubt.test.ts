import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DOCUMENT_SCHEMAS } from '../../../src/contract/documents/index.js';
import { applyContacts } from '../../../src/ledger/changes/changed-contacts.js';
import {
  type ChangesScope,
  type CompanyConnection,
  changesScope,
} from '../../../src/ledger/changes/changes-scope.js';
import { judgeWebhooks } from '../../../src/ledger/changes/own-echo.js';
import { applyPayments } from '../../../src/ledger/changes/received-payments.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { storeWebhooks } from '../../../src/ledger/runs/inbound-webhooks.js';
import { stateDocument } from '../../../src/ledger/statements/submit.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp, CLIENT_ID } from '../../support/tenancy.js';
import { aToldChange } from '../../support/webhooks.js';

// A fault of QuickBooks' own server ends a push, and its document waits for the next one: what was made of
// it all the same is in QuickBooks without a link.
describe('what waits in doubt after a push that is over', () => {
  let fresh: FreshLedger;
  let connection: Connection;
  let companyId: string;
  let scope: ChangesScope;

  beforeAll(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    ({ connection, companyId } = await aConnected(fresh.ledger, app.id));
    const found = await changesScope(fresh.ledger, companyId);
    if (found === undefined) throw new Error('Nobody reads the changes');
    scope = { ...found, connections: new Map([...found.connections].map(withEverything)) };
  });
  afterAll(() => fresh?.close());
  beforeEach(async () => {
    const { sql } = fresh.ledger;
    await sql`delete from received_payments`;
    await sql`delete from contacts`;
    await sql`delete from inbound_webhooks`;
  });

  const withEverything = ([id, one]: [string, CompanyConnection]): [string, CompanyConnection] => [
    id,
    {
      ...one,
      settings: {
        ...one.settings,
        payments: true,
        imports: { ...one.settings.imports, contacts: true },
      },
    },
  ];

  /** Its push is over; the next one comes in a while, or never by itself. */
  const isInDoubt = (documentId: number, next: 'retry' | 'person') => fresh.ledger.sql`
    update documents set in_doubt = true, status = ${next === 'retry' ? 'waiting' : 'failed'},
      reason = 'outcome_unknown',
      due_at = case when ${next === 'retry'} then now() + interval '1 minute' end
    where id = ${documentId}`;

  async function aPaymentInDoubt(next: 'retry' | 'person') {
    const { ledger } = fresh;
    await ledger.sql`delete from links`;
    await stateInvoice(ledger, connection, 'INV-1');
    await ledger.sql`
      insert into links (connection_id, company_id, kind, external_id, quickbooks_id, origin, exclusive)
      values (${connection.id}, ${companyId}, 'invoice', 'INV-1', '145', 'pushed', true)`;
    const document = DOCUMENT_SCHEMAS.payment.parse({
      date: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      amount: '60.00',
      applies: [{ invoice: { externalId: 'INV-1' }, amount: '60.00' }],
    });
    const stated = { kind: 'payment', externalId: 'PAY-1', document } as const;
    const { documentId } = await stateDocument(ledger, connection, stated, 'app');
    await isInDoubt(documentId, next);
  }
  const receive = () =>
    fresh.ledger.sql.begin((tx) =>
      applyPayments(tx, scope, {
        now: [
          {
            quickbooksId: '801',
            changedAt: '2026-11-22T08:00:00Z',
            paidOn: '2026-11-21',
            totalMinor: 6_000,
            isMarked: false,
            applied: [{ type: 'Invoice', quickbooksId: '145', minor: 6_000 }],
          },
        ],
        gone: [],
        removedByThem: [],
      }),
    );
  const told = async () => {
    const rows = await fresh.ledger.sql<{ type: string }[]>`delete from events returning type`;
    return rows.map(({ type }) => type).filter((type) => !type.startsWith('document.'));
  };

  it('is not told back as money somebody else received', async () => {
    await aPaymentInDoubt('retry');
    await told();
    expect(await receive()).toEqual(['801']);
    expect(await told()).toEqual([]);
  });

  it('holds nothing up once only a person goes on with it', async () => {
    await aPaymentInDoubt('person');
    await told();
    expect(await receive()).toEqual([]);
    expect(await told()).toEqual(['payment.recorded']);
  });

  it('is not told back as a contact somebody else made', async () => {
    const { ledger } = fresh;
    const document = DOCUMENT_SCHEMAS.customer.parse({ displayName: 'Corner Cafe' });
    const stated = { kind: 'customer', externalId: 'contact-1', document } as const;
    const { documentId } = await stateDocument(ledger, connection, stated, 'app');
    await isInDoubt(documentId, 'retry');
    await told();
    const deferred = await ledger.sql.begin((tx) =>
      applyContacts(ledger, tx, scope, [
        {
          quickbooksId: '58',
          syncToken: '0',
          changedAt: '2026-11-22T08:00:00Z',
          active: true,
          displayName: 'Corner Cafe',
          content: 'Corner Cafe',
        },
      ]),
    );
    expect(deferred).toEqual(['58']);
    expect(await told()).toEqual([]);
  });

  it('lets a webhook wait that may be about it, and not for ever', async () => {
    await aPaymentInDoubt('retry');
    const change = aToldChange({ entity: 'payment', action: 'created', entityId: '801' });
    await storeWebhooks(fresh.ledger, CLIENT_ID, [change]);
    const judged = () => judgeWebhooks(fresh.ledger, companyId, 60_000);
    expect(await judged()).toMatchObject({ news: [], unsettled: [expect.any(Number)] });
    await fresh.ledger.sql`update inbound_webhooks set received_at = now() - interval '2 minutes'`;
    expect(await judged()).toMatchObject({ news: [expect.any(Number)], unsettled: [] });
  });
});
