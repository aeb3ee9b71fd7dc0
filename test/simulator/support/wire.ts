/** Calls as other clients make them: with headers, bodies and methods of their own choice. */

import { request } from 'node:http';
import type { TestCompany } from './company.js';

export interface WireReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
  text: string;
}

export interface WireRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Adds the token and no other header: not even Accept, which `fetch` always sends. */
export function wire(
  { simulator, realmId, accessToken }: TestCompany,
  path: string,
  { method = 'GET', headers = {}, body }: WireRequest = {},
): Promise<WireReply> {
  const url = `${simulator.url}/v3/company/${realmId}/${path}`;
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const all = { authorization: `Bearer ${accessToken}`, ...length, ...headers };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: all }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export const XML_HEADERS = { accept: 'application/xml', 'content-type': 'application/xml' };

export function postXml(company: TestCompany, path: string, body: string): Promise<WireReply> {
  return wire(company, path, { method: 'POST', headers: XML_HEADERS, body });
}

export function getXml(company: TestCompany, path: string): Promise<WireReply> {
  return wire(company, path, { headers: { accept: 'application/xml' } });
}
