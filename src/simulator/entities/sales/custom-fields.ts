/** Custom fields of sales forms: up to three texts, named in the company's preferences. */

import type { Company } from '../../engine/company.js';
import type { Step } from '../../engine/definition.js';
import { objectsOf, textOf } from '../../json.js';

/**
 * Every field that is switched on is answered with its name, with or without a value; none
 * switched on is an empty list (both recorded). A value for any other field is ignored.
 */
export const customFields: Step = ({ company, before, sent, after }) => {
  const untouched = before !== undefined && sent['CustomField'] === undefined;
  if (untouched && after['CustomField'] !== undefined) return;
  const values = new Map(
    objectsOf(after, 'CustomField').map((field) => [
      textOf(field, 'DefinitionId'),
      textOf(field, 'StringValue'),
    ]),
  );
  after['CustomField'] = fieldsInUse(company).map(({ id, name }) => ({
    DefinitionId: id,
    Name: name,
    Type: 'StringType',
    StringValue: values.get(id),
  }));
};

const FIELDS = ['1', '2', '3'];

/** The preferences hold a switch and a name for each (Preferences reference page). */
function fieldsInUse(company: Company): { id: string; name: string }[] {
  const settings = objectsOf(company.preference('SalesFormsPrefs'), 'CustomField').flatMap(
    (group) => objectsOf(group, 'CustomField'),
  );
  const setting = (name: string) =>
    settings.find((each) => textOf(each, 'Name') === `SalesFormsPrefs.${name}`);
  return FIELDS.filter((id) => setting(`UseSalesCustom${id}`)?.['BooleanValue'] === true).map(
    (id) => ({ id, name: textOf(setting(`SalesCustomName${id}`), 'StringValue') ?? '' }),
  );
}
