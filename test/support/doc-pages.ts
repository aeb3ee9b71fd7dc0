import { z } from 'zod';
import { defaultSettings, PROFILE_NAMES } from '../../src/contract/profiles.js';
import { REASON_ACTOR, REASON_ACTORS, type ReasonActor } from '../../src/contract/reason-actors.js';
import { REASON_NAMES, type ReasonName, reason, sentenceOf } from '../../src/contract/reasons.js';
import { settings } from '../../src/contract/settings.js';
import { REASON_SAMPLES } from './reason-samples.js';

/** Parts of docs/ that are made from the code: `npm run docs` writes them, a test compares them. */

/** The sentence people read, with sample parameters. */
export function sentence<Name extends ReasonName>(name: Name): string {
  return sentenceOf(reason(name, REASON_SAMPLES[name]), {
    kind: 'invoice',
    number: 'INV-7',
    currency: 'USD',
    documentWord: 'invoice',
    refreshLabel: 'Refresh',
  });
}

/** Keys of the settings, groups as `group.key`, with what each means and its default per profile. */
export function settingRows(): string[] {
  const defaults = PROFILE_NAMES.map((name) => defaultSettings(name) as Record<string, unknown>);
  const rowsOf = (shape: Record<string, z.ZodType>, values: unknown[], prefix: string): string[] =>
    Object.entries(shape).flatMap(([key, schema]) => {
      const own = values.map((value) => (value as Record<string, unknown>)[key]);
      if (schema instanceof z.ZodObject) return rowsOf(schema.shape, own, `${prefix}${key}.`);
      const shown = own.map((value) =>
        value === undefined ? 'none' : `\`${JSON.stringify(value)}\``,
      );
      return [`| \`${prefix}${key}\` | ${schema.description ?? ''} | ${shown.join(' | ')} |`];
    });
  return rowsOf(settings.shape, defaults, '');
}

/** The whole table of a connection's settings. */
export function settingTable(): string {
  const profiles = PROFILE_NAMES.map((name) => `\`${name}\``).join(' | ');
  const head = [
    `| setting | what it decides | ${profiles} |`,
    `| --- | --- |${' --- |'.repeat(PROFILE_NAMES.length)}`,
  ];
  return [...head, ...settingRows()].join('\n');
}

const TABLE = /^\| setting \| what it decides \|.*(?:\n\|.*)*/m;

/** docs/settings.md with its table as the schema has it now. */
export function settingsPage(page: string): string {
  return page.replace(TABLE, () => settingTable());
}

const ACTOR_WORDS: { readonly [Who in ReasonActor]: string } = {
  customer: 'the app’s customer, in the app or in QuickBooks',
  ops: 'whoever operates the sync, or support of the app',
  worker: 'nobody has to: it goes on by itself, or is right as it is',
};

/** Who can act for which reasons. */
export function actorTable(): string {
  const rows = REASON_ACTORS.map((actor) => {
    const names = REASON_NAMES.filter((name) => REASON_ACTOR[name] === actor);
    return `| ${ACTOR_WORDS[actor]} (\`${actor}\`) | ${names.map((name) => `\`${name}\``).join(' ')} |`;
  });
  return ['| who can act | reasons |', '| --- | --- |', ...rows].join('\n');
}

const ACTOR_TABLE = /^\| who can act \| reasons \|.*(?:\n\|.*)*/m;

/** docs/errors.md with the sentence of each reason below its heading as it is read now. */
export function errorsPage(page: string): string {
  return REASON_NAMES.reduce(
    (text, name) =>
      text.replace(
        new RegExp(`^(### \`${name}\`\\n\\n)>.*$`, 'm'),
        (_, heading: string) => `${heading}> ${sentence(name)}`,
      ),
    page.replace(ACTOR_TABLE, () => actorTable()),
  );
}
