/** Steps that several entities share. */

import { nameHasBalance } from '../engine/company-faults.js';
import type { Draft, Step } from '../engine/definition.js';
import { duplicateName, invalidEmail, missingMember } from '../engine/service-fault.js';
import { type JsonValue, numberOf, objectOf, refIdOf, sameJson, textOf } from '../json.js';

/** Members that take this value wherever the request leaves them out. */
export function absentBecomes(members: Record<string, JsonValue>): Step {
  return ({ after }) => {
    for (const [member, value] of Object.entries(members)) {
      if (after[member] === undefined) after[member] = value;
    }
  };
}

/** A member is required; a step and not `required` where that depends on other members. */
export function requireMember(draft: Draft, member: string): void {
  if (draft.after[member] === undefined) draft.errors.push(missingMember(member));
}

/** What QuickBooks said of places it could not find on the map, until 2025. */
const NOWHERE = { Lat: 'INVALID', Long: 'INVALID' };

/** Gives new addresses an id. One sent again unchanged keeps the id it had. */
export function addressIds(members: readonly string[]): Step {
  return ({ after, before, company }) => {
    for (const member of members) {
      const address = objectOf(after, member);
      if (address === undefined || textOf(address, 'Id') !== undefined) continue;
      const stored = objectOf(before, member);
      const whole = company.behaviours.addressCoordinates === 'none' ? {} : NOWHERE;
      const placed = { ...address, ...whole };
      const same = stored !== undefined && sameJson({ ...stored, Id: undefined }, placed);
      after[member] = same ? stored : { Id: company.nextId('address', 1), ...placed };
    }
  };
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Each address of an e-mail member needs an @ and a dot; several are separated by commas. */
export function emailsLookRight(members: readonly string[]): Step {
  return ({ sent, errors }) => {
    for (const member of members) {
      const address = textOf(objectOf(sent, member), 'Address');
      if (address === undefined) continue;
      if (!looksLikeEmails(address)) errors.push(invalidEmail());
    }
  };
}

/** One address, or several separated by commas. */
export function looksLikeEmails(addresses: string): boolean {
  return addresses.split(',').every((one) => EMAIL.test(one.trim()));
}

/** `Parent:Child` and the level, for lists whose objects may lie below one another. */
export function qualifiedName(entity: string, nameMember: string): Step {
  return ({ after, company }) => {
    // With the capital suffix the qualified name stays what it was.
    const own = (textOf(after, nameMember) ?? '').replace(CAPITAL_DELETED, '');
    const parent = company.find(entity, refIdOf(after, 'ParentRef'));
    if (parent === undefined) {
      after['FullyQualifiedName'] = own;
      delete after['Level'];
      return;
    }
    after['FullyQualifiedName'] = `${textOf(parent, 'FullyQualifiedName') ?? ''}:${own}`;
    after['Level'] = (typeof parent['Level'] === 'number' ? parent['Level'] : 0) + 1;
  };
}

/** Trims the name, since QuickBooks compares and shows it trimmed. */
export function trimmed(member: string): Step {
  return ({ after }) => {
    const value = textOf(after, member);
    if (value !== undefined) after[member] = value.trim();
  };
}

const DELETED = ' (deleted)';
const CAPITAL_DELETED = ' (Deleted)';

/** Deactivating appends " (deleted)" to the name; activating takes it off if the name is free. */
export const renamedWithActive: Step = (draft) => {
  const { definition, before, after, company } = draft;
  const unique = definition.uniqueName;
  if (unique === undefined || before === undefined || !company.behaviours.renameOnDeactivate) {
    return;
  }
  const member = unique.renamed ?? unique.member;
  const name = textOf(after, member) ?? '';
  const capital = unique.otherSuffix === true && company.behaviours.deletedSuffix === 'capital';
  const suffix = capital ? CAPITAL_DELETED : DELETED;
  if (before['Active'] !== false && after['Active'] === false) {
    after[member] = name + suffix;
  } else if (before['Active'] === false && after['Active'] === true && name.endsWith(suffix)) {
    const held = (textOf(before, unique.member) ?? '').replace(suffix, '');
    const taken = company.names.isTaken(unique.namespace, held, holderOf(draft));
    if (!taken) after[member] = name.slice(0, -suffix.length);
  }
};

/** Fault 6220 where a name with an open balance is to be inactive, from the start or later. */
export const balanceIsSettled: Step = ({ company, before, after, errors }) => {
  const deactivates = before?.['Active'] !== false && after['Active'] === false;
  const refuses = company.behaviours.deactivateWithBalance === 'fault_6220';
  if (!deactivates || !refuses) return;
  const owes = ['Balance', 'BalanceWithJobs'].some(
    (member) => (numberOf(before ?? after, member) ?? 0) !== 0,
  );
  if (owes) errors.push(nameHasBalance());
};

/** Fault 6240 where another object of the namespace has the name. */
export const nameIsFree: Step = (draft) => {
  const { definition, before, after, company, errors } = draft;
  const unique = definition.uniqueName;
  const name = unique && textOf(after, unique.member);
  if (unique === undefined || name === undefined) return;
  // An inactive object holds its name loosely: activating it asks anew.
  const held = before?.['Active'] !== false && name === textOf(before, unique.member);
  if (held || after['Active'] === false) return;
  if (company.names.isTaken(unique.namespace, name, holderOf(draft))) {
    errors.push(duplicateName(unique.holder));
  }
};

function holderOf({ definition, before }: Draft): string {
  return `${definition.name}:${textOf(before, 'Id') ?? 'new'}`;
}
