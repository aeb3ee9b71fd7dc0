import type { Simulator } from '../../src/simulator/index.js';

/** A person does something to the invoice of a number in QuickBooks. False: it is not there. */
export function touchInvoice(
  { control }: Simulator,
  realmId: string,
  what: 'edit' | 'delete' | 'void',
  number: string,
): boolean {
  const id = control.objects(realmId, 'Invoice').find(({ DocNumber }) => DocNumber === number)?.[
    'Id'
  ];
  if (typeof id !== 'string') return false;
  if (what === 'edit') {
    const changes = { CustomerMemo: { value: 'Thank you' } };
    control.act(realmId, { do: 'edit', entity: 'Invoice', id, changes });
  } else control.act(realmId, { do: what, entity: 'Invoice', id });
  return true;
}
