import library, { type QuickBooks } from 'node-quickbooks';

// Its types speak of a default export; what its file exports is the class itself.
const Client = library as unknown as typeof QuickBooks;

/** Thrown where QuickBooks says that it has had enough for now. */
export class RateLimited extends Error {}

export interface Stored {
  Id: string;
}

/** What node-quickbooks hands to a callback as its error: axios's, or the body of a fault. */
interface Failure {
  response?: { status: number };
}

/** node-quickbooks for one company, with promises in place of callbacks. */
export class Company {
  readonly #api: QuickBooks;

  constructor(o: { baseUrl: string; realmId: string; accessToken: string }) {
    const minorVersion = '75';
    this.#api = new Client(
      'key',
      'secret',
      o.accessToken,
      false,
      o.realmId,
      false,
      false,
      minorVersion,
      '2.0',
    );
    this.#api.endpoint = `${o.baseUrl}/v3/company/`;
  }

  async findCustomer(name: string): Promise<Stored | undefined> {
    const found = await asked<{ QueryResponse: { Customer?: Stored[] } }>((answer) =>
      this.#api.findCustomers([{ field: 'DisplayName', value: name }], answer),
    );
    return found.QueryResponse.Customer?.[0];
  }

  async findItem(name: string): Promise<Stored | undefined> {
    const found = await asked<{ QueryResponse: { Item?: Stored[] } }>((answer) =>
      this.#api.findItems([{ field: 'Name', value: name }], answer),
    );
    return found.QueryResponse.Item?.[0];
  }

  createCustomer(body: object): Promise<Stored> {
    return asked((answer) => this.#api.createCustomer(body, answer));
  }

  createItem(body: object): Promise<Stored> {
    return asked((answer) => this.#api.createItem(body, answer));
  }

  createInvoice(body: object): Promise<Stored> {
    return asked((answer) => this.#api.createInvoice(body, answer));
  }
}

type Answer = (error: unknown, data?: unknown) => void;

function asked<Data>(send: (answer: Answer) => void): Promise<Data> {
  return new Promise((resolve, reject) => {
    send((error, data) => {
      if (!error) resolve(data as Data);
      else if ((error as Failure).response?.status === 429) reject(new RateLimited());
      else reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
    });
  });
}
