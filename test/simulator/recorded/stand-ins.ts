/**
 * Recorded objects point to customers, items and accounts that were not recorded. Stand-ins with
 * the same ids and names take their places, so that the same question can be asked again.
 */

import type { Field, Shape } from '../../../src/simulator/engine/fields.js';
import { DEFINITIONS } from '../../../src/simulator/entities/index.js';
import {
  isObject,
  type JsonObject,
  type JsonValue,
  refIdOf,
  textOf,
} from '../../../src/simulator/json.js';

/** Objects by entity, as control `load` takes them. */
export type Objects = Record<string, JsonObject[]>;

/** The account type that a member names, where it names one. */
const ACCOUNT_TYPES: readonly [member: RegExp, type: string, detail: string][] = [
  [/^APAccountRef$/, 'Accounts Payable', 'AccountsPayable'],
  [/^ARAccountRef$/, 'Accounts Receivable', 'AccountsReceivable'],
  [/^(BankAccountRef|FromAccountRef|ToAccountRef|DepositToAccountRef)$/, 'Bank', 'Checking'],
  [/^CCAccountRef$/, 'Credit Card', 'CreditCard'],
  [/^(IncomeAccountRef|ItemAccountRef|DiscountAccountRef)$/, 'Income', 'SalesOfProductIncome'],
  [/^AssetAccountRef$/, 'Other Current Asset', 'Inventory'],
  [/^ExpenseAccountRef$/, 'Cost of Goods Sold', 'SuppliesMaterialsCogs'],
];

/**
 * A stand-in for everything the objects refer to, unless `known` has it.
 *
 * @param objects entity and object, in the shape of answers or requests
 */
export function standIns(
  objects: readonly { entity: string; object: JsonObject }[],
  known: Objects = {},
): Objects {
  const found = new Found(known);
  for (const { entity, object } of objects) {
    const fields = DEFINITIONS.get(entity)?.fields;
    if (fields !== undefined) found.walk(object, fields);
  }
  for (const { entity, object } of objects) found.suit(entity, object);
  return found.objects;
}

class Found {
  readonly objects: Objects = {};

  constructor(private readonly known: Objects) {}

  walk(object: JsonObject, fields: Shape): void {
    for (const [member, value] of Object.entries(object)) {
      const field = fields[member];
      if (field !== undefined && value !== undefined) this.#visit(value, field, member);
    }
  }

  /** Gives the stand-ins what an answer shows of them: addresses, the account that paid. */
  suit(entity: string, object: JsonObject): void {
    this.#extend('Customer', refIdOf(object, 'CustomerRef'), addressesOf(object));
    const { VendorAddr } = object;
    const billed = VendorAddr === undefined ? {} : { BillAddr: VendorAddr };
    this.#extend('Vendor', refIdOf(object, 'VendorRef'), billed);
    if (entity === 'Purchase') {
      const type = object['PaymentType'] === 'CreditCard' ? 'Credit Card' : 'Bank';
      this.#extend('Account', refIdOf(object, 'AccountRef'), { AccountType: type });
    }
  }

  #extend(entity: string, id: string | undefined, members: JsonObject): void {
    const standIn = this.objects[entity]?.find((object) => object['Id'] === id);
    if (standIn !== undefined) Object.assign(standIn, members);
  }

  #visit(value: JsonValue, field: Field, member: string): void {
    if (Array.isArray(value)) {
      for (const each of value) this.#visit(each, field, member);
      return;
    }
    if (!isObject(value)) return;
    if (field.kind === 'reference') {
      this.#add(field.refersTo ?? textOf(value, 'type'), value, member);
      return;
    }
    const shape = field.shape?.();
    if (shape !== undefined) this.walk(value, shape);
  }

  #add(entity: string | undefined, reference: JsonObject, member: string): void {
    const id = textOf(reference, 'value');
    if (entity === undefined || id === undefined || !DEFINITIONS.has(entity)) return;
    if (this.known[entity]?.some((object) => object['Id'] === id)) return;
    const name = textOf(reference, 'name');
    const standIn = this.objects[entity]?.find((object) => object['Id'] === id);
    if (standIn !== undefined) {
      if (name !== undefined) Object.assign(standIn, named(entity, name));
      return;
    }
    const object = {
      Id: id,
      ...named(entity, name ?? `${entity} ${id}`),
      ...facts(entity, member, id),
    };
    this.objects[entity] = [...(this.objects[entity] ?? []), object];
  }
}

function addressesOf({ BillAddr, ShipAddr }: JsonObject): JsonObject {
  return {
    ...(BillAddr === undefined ? {} : { BillAddr }),
    ...(ShipAddr === undefined ? {} : { ShipAddr }),
  };
}

function named(entity: string, name: string): JsonObject {
  const own = name.split(':').at(-1) ?? name;
  const fields = DEFINITIONS.get(entity)?.fields ?? {};
  return {
    ...(fields['DisplayName'] === undefined ? { Name: own } : { DisplayName: own }),
    ...(fields['FullyQualifiedName'] === undefined ? {} : { FullyQualifiedName: name }),
  };
}

/** What an object of the entity needs besides its name. */
function facts(entity: string, member: string, id: string): JsonObject {
  if (entity === 'Item') return { Type: member === 'ParentRef' ? 'Category' : 'Service' };
  if (entity === 'Term') return { DueDays: 30, Type: 'STANDARD' };
  if (entity === 'TaxCode') return { Taxable: true, TaxGroup: true };
  if (entity !== 'Account') return {};
  // The sandbox and the samples have the same account for what is not deposited yet.
  if (id === '4' && member === 'DepositToAccountRef') {
    return {
      Name: 'Undeposited Funds',
      AccountType: 'Other Current Asset',
      AccountSubType: 'UndepositedFunds',
    };
  }
  const [, type, detail] = ACCOUNT_TYPES.find(([name]) => name.test(member)) ?? [
    undefined,
    'Expense',
    'OtherMiscellaneousServiceCost',
  ];
  const classification = type === 'Income' ? 'Revenue' : type === 'Expense' ? 'Expense' : 'Asset';
  return { AccountType: type, AccountSubType: detail, Classification: classification };
}

/** Joins what is loaded: objects of the same entity and id, the last one wins. */
export function together(...parts: readonly Objects[]): Objects {
  const joined: Objects = {};
  for (const part of parts) {
    for (const [entity, objects] of Object.entries(part)) {
      const ids = new Set(objects.map((object) => object['Id']));
      const others = (joined[entity] ?? []).filter((object) => !ids.has(object['Id']));
      joined[entity] = [...others, ...objects];
    }
  }
  return joined;
}
