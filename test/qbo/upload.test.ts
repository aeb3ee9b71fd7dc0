import { describe, expect, it } from '@jest/globals';
import { isUpload, readUpload, uploadedIn, uploadOf } from '../../src/qbo/upload.js';

const request = { requestId: 'a1b2c3' };
const metadata = { FileName: 'Größe.pdf', ContentType: 'application/pdf', Note: '[mark]' };
const file = Buffer.from([0x25, 0x50, 0x44, 0x46, 0x2d, 0xff, 0x0d, 0x0a, 0x2d, 0x2d, 0x00]);

describe('an upload', () => {
  it('is the Attachable and its bytes in two parts, the same each time it is made', () => {
    const { contentType, bytes } = uploadOf(request, metadata, file);
    expect(contentType).toBe('multipart/form-data; boundary=qbo-sync-a1b2c3');
    const [head = '', tail = ''] = bytes.toString('latin1').split(file.toString('latin1'));
    expect(Buffer.from(head, 'latin1').toString('utf8').split('\r\n')).toEqual([
      '--qbo-sync-a1b2c3',
      'Content-Disposition: form-data; name="file_metadata_0"; filename="metadata.json"',
      'Content-Type: application/json; charset=UTF-8',
      '',
      JSON.stringify(metadata),
      '--qbo-sync-a1b2c3',
      'Content-Disposition: form-data; name="file_content_0"; filename="Größe.pdf"',
      'Content-Type: application/pdf',
      '',
      '',
    ]);
    expect(tail).toBe('\r\n--qbo-sync-a1b2c3--\r\n');
    expect(uploadOf(request, metadata, file).bytes.equals(bytes)).toBe(true);
  });

  it('says in its stored body which bytes it carries', () => {
    const body = JSON.stringify({ Attachable: metadata, content: 'hash', size: 11 });
    expect(readUpload({ body })).toEqual({ metadata, content: 'hash', size: 11 });
    expect(() => readUpload({ body: '{"Id":"1"}' })).toThrow(TypeError);
    expect([isUpload({ path: 'upload' }), isUpload({ path: 'invoice' })]).toEqual([true, false]);
  });

  it('is answered in a list of one', () => {
    const Attachable = { Id: '7' };
    expect(uploadedIn({ AttachableResponse: [{ Attachable }] })).toEqual({ Attachable });
    expect(uploadedIn({ AttachableResponse: [] })).toEqual({});
    expect(uploadedIn({ Attachable })).toBeUndefined();
  });
});
