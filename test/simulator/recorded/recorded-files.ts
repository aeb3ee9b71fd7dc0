/** Reads recorded answers of QuickBooks as questions with their answers, whatever their file. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFINITIONS } from '../../../src/simulator/entities/index.js';
import { isObject, type JsonObject, type JsonValue } from '../../../src/simulator/json.js';

/** One question and what QuickBooks answered. */
export interface Exchange {
  /** The file it is from, without its folder. */
  file: string;
  /** What the file calls it, such as `Create an invoice`. */
  name: string;
  method: 'GET' | 'POST';
  /** The address behind the realm: `invoice/12`, `query?query=…`, `bill?operation=delete`. */
  path: string;
  body: JsonObject | string | null;
  /** The entity asked about. */
  entity: string;
  answer: JsonObject;
}

export const RECORDED_DIR = process.env['QBO_RECORDED_DIR'] ?? '';

/** The JSON files of a folder, by name; none where the folder is not there. */
export function jsonFiles(folder: string): [file: string, content: JsonValue][] {
  const path = join(RECORDED_DIR, folder);
  if (RECORDED_DIR === '' || !existsSync(path)) return [];
  return readdirSync(path)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(join(path, file), 'utf8'))]);
}

/** Calls recorded from a sandbox company, as they went over the wire. */
export function sandboxExchanges(): Exchange[] {
  return jsonFiles('NangoHQ__integration-templates').flatMap(([file, content]) =>
    objects(isObject(content) ? content['exchanges'] : []).map((exchange) => {
      const path = String(exchange['path']).split('/').slice(4).join('/');
      const query = isObject(exchange['query']) ? exchange['query'] : {};
      const parameters = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      ).toString();
      const answer = isObject(exchange['responseBody']) ? exchange['responseBody'] : {};
      const body = exchange['requestBody'];
      return {
        file,
        name: path,
        method: exchange['method'] === 'POST' ? 'POST' : 'GET',
        path: parameters === '' ? path : `${path}?${parameters}`,
        body: typeof body === 'string' || isObject(body) ? body : null,
        entity: entityOf(answer),
        answer,
      } satisfies Exchange;
    }),
  );
}

/** Samples of Intuit's reference pages: a request and its answer, or an answer alone. */
export function documentedExchanges(): Exchange[] {
  return jsonFiles('voska__qbo-cli').flatMap(([file, content]) => {
    const samples = isObject(content) ? objects(content['samples']) : [];
    const found: Exchange[] = [];
    let request: JsonObject | undefined;
    for (const sample of samples) {
      const json = withoutLineBreaks(sample['json']);
      if (!isObject(json)) continue;
      if (String(sample['label']).startsWith('Request')) {
        request = json;
        continue;
      }
      found.push(exchangeOf(file, sample, request, json));
      request = undefined;
    }
    return found;
  });
}

function exchangeOf(
  file: string,
  sample: JsonObject,
  request: JsonObject | undefined,
  json: JsonObject,
): Exchange {
  const entity = entityOf(json);
  const answer = json[entity] === undefined && json['Id'] !== undefined ? { [entity]: json } : json;
  const path = DEFINITIONS.get(entity)?.path ?? entity.toLowerCase();
  const url = typeof sample['url'] === 'string' ? sample['url'].replaceAll(' ', '') : '';
  const object = isObject(answer[entity]) ? answer[entity] : {};
  const common = { file, name: String(sample['section']), entity, answer };
  if (url.includes('/send')) {
    const to = object['BillEmail'] ?? object['POEmail'];
    const sendTo = `?sendTo=${isObject(to) ? to['Address'] : 'reader@example.com'}`;
    return { ...common, method: 'POST', path: `${path}/${object['Id']}/send${sendTo}`, body: null };
  }
  if (request !== undefined) {
    const deleted = object['status'] === 'Deleted' && !url.includes('?') ? '?operation=delete' : '';
    const parameters = url.includes('?operation') ? url.slice(url.indexOf('?')) : deleted;
    return { ...common, method: 'POST', path: path + parameters, body: request };
  }
  if (answer['QueryResponse'] !== undefined) {
    const isList = DEFINITIONS.get(entity)?.fields['Active'] !== undefined;
    const all = isList ? ' where Active in (true, false)' : '';
    const statement = encodeURIComponent(`select * from ${entity}${all}`);
    return { ...common, method: 'GET', path: `query?query=${statement}`, body: null };
  }
  const single = DEFINITIONS.get(entity)?.family === 'company';
  return { ...common, method: 'GET', path: single ? path : `${path}/${object['Id']}`, body: null };
}

/** The reference pages were broken inside some names; the blanks are not QuickBooks'. */
function withoutLineBreaks(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === 'string')
    return value.replace(/ (?=[.:/])/g, '').replace('Detai l', 'Detail');
  if (Array.isArray(value)) return value.map((each) => withoutLineBreaks(each) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.replaceAll(' ', ''),
      withoutLineBreaks(each),
    ]),
  );
}

/** The entity an answer is about: the member of an envelope that is one. */
export function entityOf(answer: JsonObject): string {
  const inner = isObject(answer['QueryResponse']) ? answer['QueryResponse'] : answer;
  const named = Object.keys(inner).find((member) => DEFINITIONS.has(member));
  if (named !== undefined) return named;
  return typeof inner['SubClass'] === 'boolean' ? 'Class' : '';
}

/** The objects of an answer: one, or the rows of a query. */
export function objectsIn({ entity, answer }: Pick<Exchange, 'entity' | 'answer'>): JsonObject[] {
  const rows = isObject(answer['QueryResponse']) ? answer['QueryResponse'][entity] : undefined;
  if (rows !== undefined) return objects(rows);
  const one = answer[entity];
  return isObject(one) ? [one] : [];
}

export function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
