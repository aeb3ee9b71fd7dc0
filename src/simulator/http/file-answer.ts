/** A file behind one of the addresses that are handed out for a while. */

import type { QuickBooks } from '../quickbooks.js';
import { type Answer, XML_TYPE } from '../service/answers.js';

const UNKNOWN_TYPE = 'application/octet-stream';

/** The address says it all: no token is asked for, as with the store Intuit keeps files in. */
export function fileAnswer(
  quickbooks: QuickBooks,
  path: string,
  parameters: URLSearchParams,
): Answer {
  const file = quickbooks.files.follow(path, parameters, quickbooks.nowMs());
  if (file === undefined) {
    const body =
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
    return { status: 403, contentType: XML_TYPE, body };
  }
  const name = encodeURIComponent(file.fileName);
  return {
    status: 200,
    // An app may have written anything as content type; a header takes only this.
    contentType: /^[\x20-\x7E]+$/.test(file.contentType) ? file.contentType : UNKNOWN_TYPE,
    body: '',
    bytes: file.bytes,
    headers: { 'content-disposition': `attachment; filename*=UTF-8''${name}` },
  };
}
