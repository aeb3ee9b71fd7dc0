import { type Reason, reason } from '../contract/reasons.js';
import type { Reference } from '../contract/reference.js';
import type { RecordType } from '../contract/run.js';
import type { Settings } from '../contract/settings.js';
import type { CompanyFacts } from '../ledger/companies/companies.js';
import type { Mention } from './job.js';
import { shownAs } from './mentions.js';

/** Records of QuickBooks' lists that forms of both sides mention, and in which nothing is made by us. */

/** A record of a list, found by what the document says of it. */
export function listed(
  type: RecordType,
  reference: Reference,
  field: string,
  word: string,
): Mention {
  const shown = shownAs(reference, reference.name ?? reference.number);
  return {
    role: field,
    type,
    reference,
    matchBy: ['name'],
    name: reference.name,
    missing: missingFrom(field, word, shown),
  };
}

function missingFrom(field: string, word: string, shown: string): Reason {
  return reason('invalid_field', { field, rule: `there is no ${word} "${shown}"` });
}

/** An account the settings name: without it the setup is not complete. */
export function setAccount(reference: Reference, role: string, word: string): Mention {
  const shown = shownAs(reference, reference.name ?? reference.number);
  const missing = reason('setup_incomplete', { missing: [`${word} "${shown}"`] });
  return { ...listed('account', reference, role, 'account'), missing };
}

/** Classes of lines and the location, as far as the settings and the company let them travel. */
export function dimensionMentions(
  stated: Reference | undefined,
  lines: readonly { line: { class?: Reference | undefined }; index: number }[],
  { dimensions }: Settings,
  { classTracking, trackLocations }: CompanyFacts,
): Mention[] {
  const classes = dimensions.class && classTracking !== 'off' ? lines : [];
  const location = dimensions.location && trackLocations ? stated : undefined;
  return [
    ...classes.flatMap(({ line, index }) =>
      line.class === undefined
        ? []
        : [listed('class', line.class, `lines.${index}.class`, 'class')],
    ),
    ...(location === undefined ? [] : [listed('department', location, 'location', 'location')]),
  ];
}
