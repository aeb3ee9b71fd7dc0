/** Takes a multipart/form-data body apart, byte by byte: files need not be text. */

export interface Part {
  /** Of the form field: `file_metadata_0`. */
  name: string;
  fileName: string | undefined;
  contentType: string | undefined;
  bytes: Buffer;
}

export class MalformedMultipart extends Error {
  override readonly name = 'MalformedMultipart';
}

/** The boundary of a multipart/form-data content type; undefined for any other type. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^multipart\/form-data\b/i.test(contentType)) return undefined;
  const found = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  return found?.[1] ?? found?.[2];
}

/**
 * The parts in order. Lines may end in a bare line feed, as some clients write them.
 *
 * @throws MalformedMultipart where the closing boundary or a part's name is missing
 */
export function parseMultipart(body: Buffer, boundary: string): Part[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = nextDelimiter(body, delimiter, 0);
  while (at >= 0) {
    const from = at + delimiter.length;
    if (body.subarray(from, from + 2).toString('latin1') === '--') return parts;
    const next = nextDelimiter(body, delimiter, from);
    if (next < 0) break;
    parts.push(partOf(body.subarray(afterLine(body, from), beforeLine(body, next))));
    at = next;
  }
  throw new MalformedMultipart('the closing boundary is missing');
}

/** A delimiter begins a line and is all there is in it, or the closing one. */
function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  let at = body.indexOf(delimiter, from);
  while (at >= 0) {
    const end = at + delimiter.length;
    const after = body.subarray(end, end + 2).toString('latin1');
    const begins = at === 0 || body[at - 1] === LF;
    if (begins && /^(--|[\r\n \t])/.test(after)) return at;
    at = body.indexOf(delimiter, at + 1);
  }
  return -1;
}

const LF = 10;
const CR = 13;

function afterLine(body: Buffer, from: number): number {
  const end = body.indexOf(LF, from);
  return end < 0 ? body.length : end + 1;
}

/** The line break before a delimiter belongs to the delimiter. */
function beforeLine(body: Buffer, at: number): number {
  return body[at - 2] === CR ? at - 2 : at - 1;
}

function partOf(part: Buffer): Part {
  const { head, content } = splitHead(part);
  const headers = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1));
  }
  const disposition = headers.get('content-disposition') ?? '';
  const name = parameter(disposition, 'name');
  if (name === undefined) throw new MalformedMultipart('a part has no name');
  const isBase64 = headers.get('content-transfer-encoding')?.trim().toLowerCase() === 'base64';
  return {
    name,
    fileName: extended(disposition) ?? parameter(disposition, 'filename'),
    contentType: headers.get('content-type')?.trim(),
    bytes: isBase64 ? Buffer.from(content.toString('latin1'), 'base64') : content,
  };
}

/** Headers end at the first empty line. */
function splitHead(part: Buffer): { head: string; content: Buffer } {
  let lineStart = 0;
  while (lineStart < part.length) {
    const lineEnd = part.indexOf(LF, lineStart);
    if (lineEnd < 0) break;
    const line = part.subarray(lineStart, lineEnd).toString('latin1').trim();
    if (line === '') {
      return {
        head: part.subarray(0, lineStart).toString('utf8'),
        content: part.subarray(lineEnd + 1),
      };
    }
    lineStart = lineEnd + 1;
  }
  throw new MalformedMultipart('a part has no end of its headers');
}

function parameter(header: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(header);
  return found?.[1]?.replace(/\\(["\\])/g, '$1').replaceAll('%22', '"') ?? found?.[2];
}

/** `filename*=UTF-8''na%C3%AFve.pdf` (RFC 5987). */
function extended(header: string): string | undefined {
  const encoded = /;\s*filename\*=UTF-8''([^;\s]+)/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
