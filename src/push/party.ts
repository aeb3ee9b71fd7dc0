import { isParty, type PartyKind } from '../contract/documents/index.js';
import { reason } from '../contract/reasons.js';
import type { Settings } from '../contract/settings.js';
import type { Warning } from '../contract/warnings.js';
import type { JsonObject } from '../qbo/fault.js';
import { fittingName, nextName } from '../qbo/mapping/given-names.js';
import { filled } from '../qbo/mapping/members.js';
import { mirrored } from '../qbo/mapping/mirrored.js';
import { emailKey, foldedNameKey, nameKey } from '../qbo/mapping/names.js';
import { readEntity } from '../qbo/mapping/quickbooks-types.js';
import { ENTITY_BY_RECORD_TYPE, recordOf } from '../qbo/mapping/records.js';
import { select } from '../qbo/query.js';
import type { AnswerFacts, ItemOf, LookUp, Matched, Mention, PushJob } from './job.js';
import { partyIdentity, waysToMatch } from './party-mentions.js';

/** Customers and suppliers as documents of their own: what is the same for both. */

type PartyItem = ItemOf<PartyKind>;

export const PARTY_JOB = {
  exclusive: false,
  dateOf: () => undefined,
  read: readParty,
  lookUp: lookUpParty,
  nextName: nextPartyName,
  holds: () => false,
} satisfies Partial<PushJob<PartyKind>>;

/** Id of the party in QuickBooks: of its link, else of what was found under its name or e-mail. */
export function knownId({ link }: PartyItem, matched: Matched): string | undefined {
  return link?.quickbooksId ?? matched.get('self');
}

/**
 * The party may be there under its name or e-mail; only then is nothing created. Stating one is a
 * wish for it, so what the settings say of missing ones is about what other documents mention.
 */
export function partyItself({ document, link, isDependency, ...item }: PartyItem): Mention[] {
  if (link !== null || isDependency) return [];
  const kind = partyKind(item);
  const { settings } = item.connection;
  const { displayName: name } = document;
  const email = filled(document.email);
  const { key: _, ...identity } = partyIdentity(kind, name, email, settings);
  return [
    {
      role: 'self',
      type: kind,
      reference: { name, email },
      ...identity,
      matchBy: waysToMatch(settings[kind].match, email),
      optional: true,
      missing: reason(`${kind}_missing`, { name }),
    },
  ];
}

function readParty(entity: JsonObject, item: PartyItem): AnswerFacts {
  const kind = partyKind(item);
  const party = readEntity(ENTITY_BY_RECORD_TYPE[kind], entity);
  return {
    quickbooksId: party.Id,
    syncToken: party.SyncToken,
    number: null,
    totalMinor: null,
    balanceMinor: null,
    warnings: item.operation === 'create' ? nameWarning(item, party.DisplayName) : [],
    record: mirrored(recordOf(kind, entity)),
    problem: null,
  };
}

/** What the name in QuickBooks has of the one that was wanted. */
function nameWarning({ document }: PartyItem, used: string): Warning[] {
  const wanted = document.displayName;
  if (nameKey(used) === nameKey(wanted)) return [];
  return foldedNameKey(used) === foldedNameKey(wanted)
    ? [{ name: 'case_differs', params: { name: used } }]
    : [{ name: 'name_given', params: { wanted, used } }];
}

/** QuickBooks compares names without regard to case, so one of another case is this one too. */
function lookUpParty(item: PartyItem, sent: JsonObject): LookUp {
  const { entity, match } = kindFacts(item);
  const name = String(sent['DisplayName']);
  const query = select(entity).where('DisplayName', '=', name).whereIn('Active', [true, false]);
  const email = filled(item.document.email);
  return {
    queries: [query.page(1, 10).text()],
    judge(candidate) {
      const { DisplayName, Active, PrimaryEmailAddr } = readEntity(entity, candidate);
      if (foldedNameKey(DisplayName) !== foldedNameKey(name)) return 'different';
      const theirs = filled(PrimaryEmailAddr?.Address);
      // Where addresses tell parties apart, one name may be two of them.
      const isOther =
        !waysToMatch(match, email).includes('name') &&
        email !== undefined &&
        (theirs === undefined || emailKey(theirs) !== emailKey(email));
      if (isOther) return 'different';
      return Active === false ? 'inactive' : 'same';
    },
  };
}

function nextPartyName(item: PartyItem, tried: string): string | undefined {
  const { kind, nameTaken, suffix } = kindFacts(item);
  if (nameTaken !== 'suffix') return undefined;
  const wanted = fittingName(item.document.displayName, kind);
  return nextName(wanted, suffix, tried === wanted ? undefined : tried);
}

function kindFacts(item: PartyItem) {
  const kind = partyKind(item);
  const { match, nameTaken, suffix }: Settings[PartyKind] = item.connection.settings[kind];
  return { kind, entity: ENTITY_BY_RECORD_TYPE[kind], match, nameTaken, suffix };
}

function partyKind({ kind }: Pick<PartyItem, 'kind'>): PartyKind {
  if (!isParty(kind)) throw new TypeError(`${kind} is neither a customer nor a supplier`);
  return kind;
}
