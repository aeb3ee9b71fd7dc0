import http from 'node:http';
import axios, { type AxiosInstance, isAxiosError } from 'axios';

/** Thrown where QuickBooks says that it has had enough for now. */
export class RateLimited extends Error {}

interface Stored {
  Id: string;
}

/** A thin client of one company, in the style of node-quickbooks: a call per function. */
export class QuickBooksClient {
  readonly #api: AxiosInstance;

  constructor(o: { baseUrl: string; realmId: string; accessToken: string }) {
    this.#api = axios.create({
      baseURL: `${o.baseUrl}/v3/company/${o.realmId}`,
      headers: { Authorization: `Bearer ${o.accessToken}`, Accept: 'application/json' },
      params: { minorversion: 75 },
      httpAgent: new http.Agent({ keepAlive: true }),
      timeout: 30_000,
    });
  }

  async findByName(entity: 'Customer' | 'Item', name: string): Promise<Stored | undefined> {
    const member = entity === 'Customer' ? 'DisplayName' : 'Name';
    const query = `select * from ${entity} where ${member} = '${name.replaceAll("'", "\\'")}'`;
    const { QueryResponse: found } = await this.#call<{ QueryResponse: Record<string, Stored[]> }>(
      () => this.#api.get('/query', { params: { query } }),
    );
    return found[entity]?.[0];
  }

  async create(entity: 'Customer' | 'Item' | 'Invoice', body: object): Promise<Stored> {
    const answer = await this.#call<Record<string, Stored | undefined>>(() =>
      this.#api.post(`/${entity.toLowerCase()}`, body),
    );
    const created = answer[entity];
    if (created === undefined) throw new Error(`No ${entity} in the answer`);
    return created;
  }

  async #call<Answer>(send: () => Promise<{ data: Answer }>): Promise<Answer> {
    try {
      return (await send()).data;
    } catch (error) {
      if (isAxiosError(error) && error.response?.status === 429) throw new RateLimited();
      throw error;
    }
  }
}
