/** A fresh simulator with one company, and calls against it as an app would make them. */

import {
  type CompanyOptions,
  type JsonObject,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../../src/simulator/index.js';

export interface Reply {
  status: number;
  /** The parsed body; an empty object where it is not JSON. */
  body: JsonObject;
  text: string;
  headers: Headers;
}

export interface TestCompany {
  simulator: Simulator;
  realmId: string;
  accessToken: string;
  /** The address behind the realm, such as `invoice/1` or `customer?requestid=a`. */
  get(path: string): Promise<Reply>;
  post(path: string, body: unknown): Promise<Reply>;
  query(statement: string): Promise<JsonObject>;
  close(): Promise<void>;
}

export async function startCompany(
  company: CompanyOptions = {},
  options: SimulatorOptions = {},
): Promise<TestCompany> {
  const simulator = await startSimulator({ limits: { on: false }, ...options });
  const { realmId } = simulator.control.createCompany(company);
  return connect(simulator, realmId);
}

/** An app's view of one company of a running simulator. */
export function connect(simulator: Simulator, realmId: string, clientId = 'test-app'): TestCompany {
  const { accessToken } = simulator.control.token(realmId, { clientId });
  const base = `${simulator.url}/v3/company/${realmId}`;
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
  const get = (path: string) => call(`${base}/${path}`, { headers });
  return {
    simulator,
    realmId,
    accessToken,
    get,
    post: (path, body) =>
      call(`${base}/${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async query(statement) {
      const { body } = await get(`query?query=${encodeURIComponent(statement)}&minorversion=75`);
      return member(body, 'QueryResponse');
    },
    close: () => simulator.close(),
  };
}

async function call(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const body: JsonObject = isJson && text !== '' ? JSON.parse(text) : {};
  return { status: response.status, body, text, headers: response.headers };
}

/** An object member that must be there. */
export function member(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`no object member ${name} in ${JSON.stringify(object)}`);
  }
  return value;
}

/** The objects of a list member; none where it is absent. */
export function list(object: JsonObject, name: string): JsonObject[] {
  const value = object[name];
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`${name} is no list`);
  return value.map((item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw new Error(`${name} holds something else than objects`);
    }
    return item;
  });
}

/** The errors of a fault answer, each as code and element. */
export function faults(reply: Reply): { code: string; detail: string; element: string }[] {
  return list(member(reply.body, 'Fault'), 'Error').map((error) => ({
    code: String(error['code']),
    detail: String(error['Detail']),
    element: String(error['element']),
  }));
}

export function codes(reply: Reply): string[] {
  return faults(reply).map(({ code }) => code);
}

/** A sales line as an app sends it. */
export function saleLine(itemId: string, amount: number, detail: JsonObject = {}): JsonObject {
  return {
    Amount: amount,
    DetailType: 'SalesItemLineDetail',
    SalesItemLineDetail: { ItemRef: { value: itemId }, ...detail },
  };
}

/** The object in an answer's envelope; fails where there is a fault instead. */
export function answered(reply: Reply, entity: string): JsonObject {
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
  return member(reply.body, entity);
}
