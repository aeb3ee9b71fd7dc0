/** Addresses on a sales form. */

import type { Step } from '../../engine/definition.js';
import { type JsonObject, objectOf, refIdOf, textOf } from '../../json.js';
import { addressIds } from '../steps.js';

/** Recorded: addresses are copied from the customer, the e-mail address is not. */
export const addressesOfCustomer: Step = ({ after, company }) => {
  const buyer = company.find('Customer', refIdOf(after, 'CustomerRef'));
  for (const member of ['BillAddr', 'ShipAddr']) {
    const address = objectOf(buyer, member);
    if (after[member] === undefined && address !== undefined) after[member] = address;
  }
  // Recorded without exception: true where there is a shipping address, else false.
  after['FreeFormAddress'] = after['ShipAddr'] !== undefined;
};

/** With another customer come its addresses, unless the update has its own (minor version 54). */
export const addressesOfNewCustomer: Step = ({ before, sent, after, company }) => {
  const customer = refIdOf(after, 'CustomerRef');
  if (before === undefined || customer === refIdOf(before, 'CustomerRef')) return;
  const buyer = company.find('Customer', customer);
  for (const member of ['BillAddr', 'ShipAddr']) {
    if (sent[member] === undefined) after[member] = objectOf(buyer, member);
  }
};

/** Recorded in the US: the company's address in two lines, with an id of its own. */
export const shipFromAddress: Step = ({ after, company }) => {
  const own = objectOf(company.find('CompanyInfo', '1'), 'CompanyAddr');
  const street = textOf(own, 'Line1');
  if (company.facts.country !== 'US' || street === undefined) return;
  after['ShipFromAddr'] ??= { Line1: street, ...secondLine(own) };
};

function secondLine(address: JsonObject | undefined): JsonObject {
  const city = textOf(address, 'City');
  if (city === undefined) return {};
  const state = textOf(address, 'CountrySubDivisionCode') ?? '';
  const postcode = textOf(address, 'PostalCode') ?? '';
  return { Line2: `${city}, ${state}  ${postcode}`.trim() };
}

export const idsOfAddresses: Step = addressIds(['BillAddr', 'ShipAddr', 'ShipFromAddr']);
