import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { PurchaseFormKind } from '../../src/contract/documents/index.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { aPdf } from '../support/pdfs.js';
import {
  aBill,
  anOrder,
  aVendorCredit,
  type PurchaseCompany,
  purchaseCompany,
} from '../support/purchase-company.js';

// The PDF of a supplier's invoice lies beside what became of it in QuickBooks, whatever that is.

let journey: Journey;
let company: PurchaseCompany;
beforeAll(async () => {
  journey = await startJourney();
  company = await purchaseCompany(journey);
});
afterAll(() => journey?.close());

const DOCUMENTS = { bill: aBill, purchase_order: anOrder, vendor_credit: aVendorCredit };
const NAME = 'invoice.pdf';

it.each<[string, PurchaseFormKind, string]>([
  ['a bill', 'bill', 'Bill'],
  ['a vendor credit', 'vendor_credit', 'VendorCredit'],
  ['a purchase order', 'purchase_order', 'PurchaseOrder'],
  ['a purchase order sent as a bill', 'purchase_order', 'Bill'],
])('goes with %s', async (title, kind, entity) => {
  const key = title.toUpperCase().replaceAll(' ', '-').slice(0, 21);
  const { client } = journey;
  await client.changeSettings(company.id, {
    purchaseOrdersAs: entity === 'Bill' ? 'bill' : 'purchase_order',
  });
  const { length: before } = company.quickbooks.commits();
  // The file comes first: it waits for its document.
  await client.attach(company.id, kind, key, { name: NAME, pdf: aPdf(key) });
  await waitForStatus(journey, company.id, 'attachment', `${kind}/${key}/${NAME}`, 'waiting');
  await company.state(kind, key, DOCUMENTS[kind]({ number: key }));
  const { quickbooks } = await waitForStatus(journey, company.id, kind, key, 'synced');
  await waitForStatus(journey, company.id, 'attachment', `${kind}/${key}/${NAME}`, 'synced');

  expect(company.quickbooks.commits().slice(before)).toEqual([
    `create ${entity}`,
    'create Attachable',
  ]);
  const attached = company.quickbooks.all('Attachable').map(({ AttachableRef }) => AttachableRef);
  expect(attached).toContainEqual([
    expect.objectContaining({ EntityRef: { type: entity, value: quickbooks?.id } }),
  ]);

  // Setting orders to go otherwise leaves the file where it is.
  await client.changeSettings(company.id, { purchaseOrdersAs: 'purchase_order' });
  await client.attach(company.id, kind, key, { name: 'order.pdf', pdf: aPdf(`${key} order`) });
  await waitForStatus(journey, company.id, 'attachment', `${kind}/${key}/order.pdf`, 'synced');
  const types = company.quickbooks
    .all('Attachable')
    .filter(({ AttachableRef }) => JSON.stringify(AttachableRef).includes(`"${entity}"`))
    .filter(({ AttachableRef }) =>
      JSON.stringify(AttachableRef).includes(`"value":"${quickbooks?.id}"`),
    );
  expect(types).toHaveLength(2);
});

it('leaves nothing open and everything true', async () => {
  await checkTruth(journey, { stated: { [company.id]: 4 + 8 } });
});
