import { gzipSync } from 'node:zlib';
import type { Reply } from './scripted-server.js';

/** Answers that no working service gives. */

export const html: Reply = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html>',
};
export const cut: Reply = (response) => void response.destroy();
export const half: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"Invoice":');
  setImmediate(() => response.destroy());
};
export const never: Reply = () => undefined;
export const drip: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(timer));
};
export const huge: Reply = { body: `{"a":"${'x'.repeat(200_000)}"}` };
export const bomb: Reply = {
  headers: { 'content-encoding': 'gzip' },
  body: gzipSync(`{"a":"${'x'.repeat(5_000_000)}"}`),
};
export const redirect = (location: string): Reply => ({
  status: 307,
  headers: { location },
  body: '',
});
export const fault = (
  code: string,
  status = 400,
  type = 'ValidationFault',
  detail = 'x',
): Reply => ({
  status,
  body: JSON.stringify({ Fault: { Error: [{ code, Message: 'm', Detail: detail }], type } }),
});
export const elsewhere = redirect('http://127.0.0.1:1/v3/company/1/stolen');
