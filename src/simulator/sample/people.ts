/** Customers, vendors and an employee of a sample company. All invented. */

import type { Country } from '../engine/company.js';
import type { JsonObject } from '../json.js';

type Town = readonly [city: string, region: string, postalCode: string];

/** Company name (or empty), given name, family name. */
type Person = readonly [company: string, given: string, family: string];

const CUSTOMERS: Record<Country, readonly Person[]> = {
  US: [
    ['Alder & Finch Cabinetry', 'Ruth', 'Alder'],
    ['Baywater Charter School', 'Ollie', 'Kerrigan'],
    ['', 'Camille', 'Okafor'],
    ['Copperline Bakery', 'Dev', 'Banerjee'],
    ['', 'Desmond', 'Achterberg'],
    ['Driftwood Surf Rentals', 'Mina', 'Castellanos'],
    ["Eli's Bike Repair", 'Eli', 'Sandoval'],
    ['Fernhill Dental Group', 'Priya', 'Raman'],
    ['', 'Gwendolyn', 'Marsh'],
    ['Granite Peak Outfitters', 'Tom', 'Holloway'],
    ['Harvest Lane Co-op', 'Nell', 'Abernathy'],
    ['', 'Hiro', 'Matsuda'],
    ['Ironbark Landscape Design', 'Sage', 'Whitlock'],
    ['Juniper Street Books', 'Aurelia', 'Penn'],
    ['Kestrel Aviation Training', 'Bo', 'Lindqvist'],
    ['', 'Leticia', 'Villanueva'],
    ['Lakeshore Event Hall', 'Marcus', 'Odell'],
    ['Maple Court Apartments', 'Ingrid', 'Solberg'],
    ['', 'Nadia', 'Petrosyan'],
    ['Northgate Veterinary', 'Owen', 'Blackwell'],
    ['Orchard Row Cider', 'Perry', 'Lund'],
    ['Pinecrest Summer Camp', 'Quinn', 'Faraday'],
    ['', 'Rafael', 'Ibarra'],
    ['Quartz Hill Pottery', 'Selma', 'Drake'],
    ['Riverbend Brewing', 'Theo', 'Grange'],
    ['Saddleback Tile', 'Una', 'McCready'],
    ['', 'Solange', 'Dupree'],
    ['Tidewater Kayaks', 'Vic', 'Pembroke'],
    ['Umber Coffee Roasters', 'Wren', 'Talbot'],
    ['Willow Creek Farm', 'Zadie', 'Norwood'],
  ],
  GB: [
    ['Ashdown Joinery', 'Ruth', 'Ashdown'],
    ['Bramley Primary School', 'Oliver', 'Kerr'],
    ['', 'Camilla', 'Osei'],
    ['Copper Kettle Tearooms', 'Dev', 'Banerjee'],
    ['', 'Desmond', 'Hartley'],
    ['Dales Cycle Hire', 'Mina', 'Castle'],
    ["Eli's Bike Repair", 'Eli', 'Sanders'],
    ['Fernhill Dental Practice', 'Priya', 'Raman'],
    ['', 'Gwendolyn', 'Marsh'],
    ['Granary Wharf Outfitters', 'Tom', 'Holloway'],
    ['Harrogate Wholefoods', 'Nell', 'Abernathy'],
    ['', 'Hugh', 'Merriweather'],
    ['Ironbridge Garden Design', 'Sage', 'Whitlock'],
    ['Juniper Street Books', 'Aurelia', 'Penn'],
    ['Kestrel Flying Club', 'Bo', 'Lindley'],
    ['', 'Letitia', 'Vane'],
    ['Lakeside Function Rooms', 'Marcus', 'Odell'],
    ['Maple Court Lettings', 'Ingrid', 'Soames'],
    ['', 'Nadia', 'Peters'],
    ['Northgate Vets', 'Owen', 'Blackwell'],
    ['Orchard Row Cider', 'Perry', 'Lund'],
    ['Pinewood Activity Centre', 'Quinn', 'Faraday'],
    ['', 'Rafe', 'Ibbotson'],
    ['Quarry Hill Pottery', 'Selma', 'Drake'],
    ['Riverside Brewing', 'Theo', 'Grange'],
    ['Saddleworth Tile', 'Una', 'McCready'],
    ['', 'Sorcha', 'Duffy'],
    ['Tidewater Kayaks', 'Vic', 'Pembroke'],
    ['Umber Coffee Roasters', 'Wren', 'Talbot'],
    ['Willow Beck Farm', 'Zadie', 'Norwood'],
  ],
};

const VENDORS: Record<Country, readonly string[]> = {
  US: ['Cascade Office Supply', 'Mill Street Plywood', 'Northwest Power', 'Parcel & Post Freight'],
  GB: ['Calder Office Supply', 'Mill Street Timber', 'Northern Power', 'Parcel & Post Freight'],
};

const TOWNS: Record<Country, readonly Town[]> = {
  US: [
    ['Portland', 'OR', '97202'],
    ['Eureka', 'CA', '95501'],
    ['Tacoma', 'WA', '98402'],
    ['Tucson', 'AZ', '85701'],
    ['Bend', 'OR', '97701'],
  ],
  GB: [
    ['Leeds', 'West Yorkshire', 'LS2 7DJ'],
    ['Harrogate', 'North Yorkshire', 'HG1 1BB'],
    ['Halifax', 'West Yorkshire', 'HX1 2JG'],
    ['York', 'North Yorkshire', 'YO1 8RR'],
  ],
};

const STREETS = ['Harbor Road', 'Orchard Lane', 'Mill Street', 'Station Road', 'Chapel Hill'];

function address(country: Country, number: number): JsonObject {
  const towns = TOWNS[country];
  const [City, CountrySubDivisionCode, PostalCode] = towns[number % towns.length] ?? ['', '', ''];
  const street = STREETS[number % STREETS.length];
  return {
    Id: String(number + 1),
    Line1: `${number * 7 + 3} ${street}`,
    City,
    CountrySubDivisionCode,
    PostalCode,
  };
}

function phone(country: Country, number: number): JsonObject {
  const tail = String(100 + number).padStart(4, '0');
  const FreeFormNumber = country === 'US' ? `(503) 555-${tail}` : `0113 496 ${tail}`;
  return { FreeFormNumber };
}

function contact(country: Country, [company, given, family]: Person, id: number): JsonObject {
  const display = company === '' ? `${given} ${family}` : company;
  const mailbox = `${given}.${family}`.toLowerCase().replace(/[^a-z.]/g, '');
  return {
    Id: String(id),
    GivenName: given,
    FamilyName: family,
    FullyQualifiedName: display,
    ...(company === '' ? {} : { CompanyName: company }),
    DisplayName: display,
    PrintOnCheckName: display,
    Active: true,
    PrimaryPhone: phone(country, id),
    PrimaryEmailAddr: { Address: `${mailbox}@example.com` },
    BillAddr: address(country, id),
  };
}

export function customers(country: Country): JsonObject[] {
  return CUSTOMERS[country].map((person, index) => {
    const common = contact(country, person, index + 1);
    return {
      Taxable: true,
      ShipAddr: common['BillAddr'],
      Job: false,
      BillWithParent: false,
      Balance: 0,
      BalanceWithJobs: 0,
      PreferredDeliveryMethod: 'Print',
      IsProject: false,
      ...(country === 'US' ? { DefaultTaxCodeRef: { value: '2' } } : {}),
      ...common,
    };
  });
}

/** Ids of people go on from the customers'. */
export function vendors(country: Country): JsonObject[] {
  const first = CUSTOMERS[country].length + 1;
  return VENDORS[country].map((name, index) => ({
    Id: String(first + index),
    Balance: 0,
    BillRate: 0,
    CostRate: 0,
    Vendor1099: false,
    CompanyName: name,
    DisplayName: name,
    PrintOnCheckName: name,
    Active: true,
    PrimaryPhone: phone(country, first + index),
    BillAddr: address(country, first + index),
  }));
}

export function employees(country: Country): JsonObject[] {
  const id = String(CUSTOMERS[country].length + VENDORS[country].length + 1);
  return [
    {
      Id: id,
      BillableTime: false,
      GivenName: 'Emily',
      FamilyName: 'Platt',
      DisplayName: 'Emily Platt',
      PrintOnCheckName: 'Emily Platt',
      Active: true,
    },
  ];
}
