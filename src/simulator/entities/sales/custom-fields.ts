/** Custom fields: up to three texts, named in the company's preferences. */

import type { Company } from '../../engine/company.js';
import type { Step } from '../../engine/definition.js';
import { objectsOf, present, textOf } from '../../json.js';

/** Where the preferences hold the switches and names of a form's fields. */
interface Setting {
  group: string;
  member: string;
  use: string;
  name: string;
}

const SALES: Setting = {
  group: 'SalesFormsPrefs',
  member: 'CustomField',
  use: 'SalesFormsPrefs.UseSalesCustom',
  name: 'SalesFormsPrefs.SalesCustomName',
};

const ORDERS: Setting = {
  group: 'VendorAndPurchasesPrefs',
  member: 'POCustomField',
  use: 'PurchasePrefs.UsePurchaseCustom',
  name: 'PurchasePrefs.PurchaseCustomName',
};

export const customFields: Step = fieldsOf(SALES);

/** Purchase orders have fields of their own. */
export const orderCustomFields: Step = fieldsOf(ORDERS);

/**
 * Every field that is switched on is answered with its name, with or without a value; none
 * switched on is an empty list (both recorded). A value for any other field is ignored.
 */
function fieldsOf(setting: Setting): Step {
  return ({ company, before, sent, after }) => {
    const untouched = before !== undefined && sent['CustomField'] === undefined;
    if (untouched && after['CustomField'] !== undefined) return;
    const values = new Map(
      objectsOf(after, 'CustomField').map((field) => [
        textOf(field, 'DefinitionId'),
        textOf(field, 'StringValue'),
      ]),
    );
    after['CustomField'] = fieldsInUse(company, setting).map(({ id, name }) =>
      present({
        DefinitionId: id,
        Name: name,
        Type: 'StringType',
        StringValue: values.get(id),
      }),
    );
  };
}

const FIELDS = ['1', '2', '3'];

/** The preferences hold a switch and a name for each (Preferences reference page). */
function fieldsInUse(
  company: Company,
  { group, member, use, name }: Setting,
): { id: string; name: string }[] {
  const settings = objectsOf(company.preference(group), member).flatMap((each) =>
    objectsOf(each, 'CustomField'),
  );
  const find = (wanted: string) => settings.find((each) => textOf(each, 'Name') === wanted);
  return FIELDS.filter((id) => find(`${use}${id}`)?.['BooleanValue'] === true).map((id) => ({
    id,
    name: textOf(find(`${name}${id}`), 'StringValue') ?? '',
  }));
}
