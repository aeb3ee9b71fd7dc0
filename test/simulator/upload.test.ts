import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type JsonObject, startSimulator } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  connect,
  list,
  member,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';
import { type WireReply, wire } from './support/wire.js';

let company: TestCompany;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  company = await startCompany({ seed: 'sample' });
});

afterEach(async () => {
  await company.close();
  await rm(folder, { recursive: true });
});

/** Bytes that are neither text nor free of line breaks and dashes. */
const BYTES = Buffer.from([0xff, 0x0d, 0x0a, 0x2d, 0x2d, 0x00, 0x80, 0x0d, 0x0a]);
const MINUTE_MS = 60_000;

async function newInvoice(): Promise<string> {
  const body = { CustomerRef: { value: '1' }, Line: [saleLine('1', 20)] };
  return String(answered(await company.post('invoice', body), 'Invoice')['Id']);
}

function linkTo(type: string, value: string): JsonObject {
  return { AttachableRef: [{ EntityRef: { type, value }, IncludeOnSend: true }] };
}

async function uploadForm(form: FormData, query = ''): Promise<JsonObject[]> {
  const response = await fetch(
    `${company.simulator.url}/v3/company/${company.realmId}/upload${query}`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${company.accessToken}`, accept: 'application/json' },
      body: form,
    },
  );
  expect(response.status).toBe(200);
  return list(JSON.parse(await response.text()), 'AttachableResponse');
}

function addFile(form: FormData, key: string, metadata: JsonObject, bytes = BYTES): void {
  const json = new Blob([JSON.stringify(metadata)], { type: 'application/json' });
  form.append(`file_metadata_${key}`, json, 'metadata.json');
  form.append(`file_content_${key}`, new Blob([bytes], { type: 'image/jpeg' }), 'receipt.jpg');
}

async function uploadOne(metadata: JsonObject = {}, query = ''): Promise<JsonObject> {
  const form = new FormData();
  addFile(form, '0', metadata);
  const [response = {}] = await uploadForm(form, query);
  return member(response, 'Attachable');
}

async function bytesAt(address: unknown): Promise<{ status: number; bytes: Buffer; type: string }> {
  const response = await fetch(String(address));
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()), type };
}

function multipart(body: string | Buffer, boundary: string): Promise<WireReply> {
  const headers = {
    accept: 'application/json',
    'content-type': `multipart/form-data; boundary=${boundary}`,
  };
  return wire(company, 'upload', { method: 'POST', headers, body });
}

function attachableIn(reply: WireReply): JsonObject {
  const [response = {}] = list(JSON.parse(reply.text), 'AttachableResponse');
  return member(response, 'Attachable');
}

describe('an uploaded file', () => {
  it('becomes an attachment of the invoice, with its size and where to fetch it', async () => {
    const id = await newInvoice();
    const metadata = { ...linkTo('Invoice', id), FileName: 'nov.jpg', ContentType: 'image/jpg' };
    const attachable = await uploadOne(metadata);
    expect(attachable).toMatchObject({
      domain: 'QBO',
      SyncToken: '0',
      FileName: 'nov.jpg',
      ContentType: 'image/jpg',
      Size: BYTES.length,
      FileAccessUri: `/v3/company/${company.realmId}/download/${String(attachable['Id'])}`,
      AttachableRef: [{ EntityRef: { type: 'Invoice', value: id }, IncludeOnSend: true }],
    });
    const { status, bytes, type } = await bytesAt(attachable['TempDownloadUri']);
    expect({ status, type }).toEqual({ status: 200, type: 'image/jpg' });
    expect(bytes).toEqual(BYTES);
  });

  it('is fetched for 15 minutes, and later by a new address', async () => {
    const { Id, TempDownloadUri } = await uploadOne();
    company.simulator.control.setClock({ advanceMs: 15 * MINUTE_MS + 1 });
    expect((await bytesAt(TempDownloadUri)).status).toBe(403);
    const read = answered(await company.get(`attachable/${String(Id)}`), 'Attachable');
    expect((await bytesAt(read['TempDownloadUri'])).bytes).toEqual(BYTES);
    const download = await company.get(`download/${String(Id)}`);
    expect((await bytesAt(download.text)).bytes).toEqual(BYTES);
  });

  it('cannot be fetched by a changed address', async () => {
    const address = new URL(String((await uploadOne())['TempDownloadUri']));
    address.searchParams.set('expires', String(Date.now() + 60 * MINUTE_MS));
    expect((await bytesAt(address)).status).toBe(403);
  });

  it('takes name and type from its part where there is no metadata', async () => {
    const form = new FormData();
    const content = new Blob([BYTES], { type: 'application/pdf' });
    form.append('file_content_01', content, 'naïve "plan".pdf');
    const [response = {}] = await uploadForm(form);
    expect(member(response, 'Attachable')).toMatchObject({
      FileName: 'naïve "plan".pdf',
      ContentType: 'application/pdf',
    });
  });

  it('is refused alone where others in the request are taken', async () => {
    const form = new FormData();
    addFile(form, '0', { Note: 'first' });
    addFile(form, '1', { Note: 'x'.repeat(2001) });
    addFile(form, '2', linkTo('Invoice', '999999'));
    addFile(form, '3', { Note: 'last' }, Buffer.from('other'));
    const [first = {}, second = {}, third = {}, last = {}] = await uploadForm(form);
    expect(member(first, 'Attachable')['Note']).toBe('first');
    expect(list(member(second, 'Fault'), 'Error')[0]).toMatchObject({ code: '2050' });
    expect(list(member(third, 'Fault'), 'Error')[0]).toMatchObject({ code: '610' });
    expect(member(last, 'Attachable')).toMatchObject({ Note: 'last', Size: 5 });
    expect(await company.query('select count(*) from Attachable')).toEqual({ totalCount: 2 });
  });

  it('is stored once for one requestid', async () => {
    const first = await uploadOne({}, '?requestid=file-1');
    expect(await uploadOne({}, '?requestid=file-1')).toMatchObject({ Id: first['Id'] });
    expect(await company.query('select count(*) from Attachable')).toEqual({ totalCount: 1 });
  });

  it('is gone when its attachment is deleted', async () => {
    const { Id, SyncToken, TempDownloadUri } = await uploadOne();
    const deleted = await company.post('attachable?operation=delete', { Id, SyncToken });
    expect(deleted.body).toMatchObject({ Attachable: { status: 'Deleted', Id } });
    expect((await bytesAt(TempDownloadUri)).status).toBe(403);
    expect(codes(await company.get(`download/${String(Id)}`))).toEqual(['610']);
  });

  it('is still there after a restart', async () => {
    const dataFile = join(folder, 'state.json');
    await company.close();
    company = await startCompany({}, { dataFile });
    const { Id } = await uploadOne();
    await company.close();
    const again = await startSimulator({ dataFile, limits: { on: false } });
    company = connect(again, company.realmId);
    const read = answered(await company.get(`attachable/${String(Id)}`), 'Attachable');
    expect((await bytesAt(read['TempDownloadUri'])).bytes).toEqual(BYTES);
  });
});

describe('an upload as other clients write it', () => {
  it('has XML metadata right before the boundary, and base64 content', async () => {
    const id = await newInvoice();
    const metadata =
      '<?xml version="1.0" encoding="UTF-8"?>\n<ns0:Attachable xmlns:ns0="http://schema.intuit.com' +
      `/finance/v3"><ns0:AttachableRef><ns0:EntityRef type="Invoice">${id}</ns0:EntityRef>` +
      '</ns0:AttachableRef><ns0:FileName>scan.jpg</ns0:FileName></ns0:Attachable>\n';
    const body = [
      '--b1',
      'Content-Disposition: form-data; name="file_metadata_0"',
      'Content-Type: application/xml; charset=UTF-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      `${metadata}--b1`,
      'Content-Disposition: form-data; name="file_content_0"; filename="other.jpg"',
      'Content-Type: image/jpeg',
      'Content-Transfer-Encoding: base64',
      '',
      `${BYTES.toString('base64').slice(0, 4)}\r\n${BYTES.toString('base64').slice(4)}\r\n`,
      '--b1--',
      '',
      '',
    ].join('\r\n');
    const attachable = attachableIn(await multipart(body, 'b1'));
    expect(attachable).toMatchObject({
      FileName: 'scan.jpg',
      Size: BYTES.length,
      AttachableRef: [{ EntityRef: { type: 'Invoice', value: id }, IncludeOnSend: false }],
    });
    expect((await bytesAt(attachable['TempDownloadUri'])).bytes).toEqual(BYTES);
  });

  it('has lines in its content that only look like the boundary', async () => {
    const content = 'a\r\n--b12\r\n --b1\r\n--b1x--\r\nz';
    const head = 'Content-Disposition: form-data; name="file_content_0"; filename="a.txt"';
    const body = `--b1\r\n${head}\r\n\r\n${content}\r\n--b1--\r\n`;
    const attachable = attachableIn(await multipart(body, 'b1'));
    expect((await bytesAt(attachable['TempDownloadUri'])).bytes.toString()).toBe(content);
  });

  it('ends its lines with bare line feeds', async () => {
    const body = [
      '',
      '-----py',
      'Content-Disposition: form-data; name="file_metadata_01"',
      'Content-Type: application/json',
      '',
      '{"FileName": "list.txt", "ContentType": "text/plain"}',
      '',
      '-----py',
      'Content-Disposition: form-data; name="file_content_01"',
      'Content-Type: text/plain',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('one\ntwo').toString('base64'),
      '',
      '-----py--',
      '',
    ].join('\n');
    const attachable = attachableIn(await multipart(body, '---py'));
    expect(attachable).toMatchObject({ FileName: 'list.txt', Size: 7 });
  });

  it('is answered in XML to those who ask for it', async () => {
    const head = 'Content-Disposition: form-data; name="file_content_0"; filename="a.txt"';
    const headers = {
      accept: 'application/xml',
      'content-type': 'multipart/form-data; boundary=q',
    };
    const body = `--q\r\n${head}\r\n\r\nabc\r\n--q--\r\n`;
    const reply = await wire(company, 'upload', { method: 'POST', headers, body });
    expect(reply.text).toMatch(/<AttachableResponse><Attachable domain="QBO" sparse="false"><Id>/);
    expect(reply.text).toContain('<Size>3</Size>');
  });
});

describe('an upload is refused', () => {
  it('when it is not multipart', async () => {
    const refused = await company.post('upload', { FileName: 'a.txt' });
    expect(codes(refused)).toEqual(['500']);
    expect(refused.text).toContain('Cannot consume content type');
  });

  it.each([
    [
      'without a file',
      '--q\r\nContent-Disposition: form-data; name="other"\r\n\r\n1\r\n--q--',
      '2020',
    ],
    ['cut off', '--q\r\nContent-Disposition: form-data; name="file_content_0"\r\n\r\nabc', '500'],
  ])('%s', async (_, body, code) => {
    const reply = await multipart(body, 'q');
    expect(reply.status).toBe(400);
    expect(list(member(JSON.parse(reply.text), 'Fault'), 'Error')[0]).toMatchObject({ code });
  });

  it('with the metadata of something else', async () => {
    const form = new FormData();
    addFile(form, '0', { Invoice: { DocNumber: '1' } });
    const [response = {}] = await uploadForm(form);
    expect(list(member(response, 'Fault'), 'Error')[0]).toMatchObject({ code: '6040' });
  });

  it('above 100 MB', async () => {
    const reply = await multipart(Buffer.alloc(100 * 1024 * 1024 + 1), 'q');
    expect(reply.status).toBe(400);
    expect(list(member(JSON.parse(reply.text), 'Fault'), 'Error')[0]).toMatchObject({
      code: '6030',
    });
  });
});
