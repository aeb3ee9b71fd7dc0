import { XMLParser } from 'fast-xml-parser';

/** One error of a fault, whatever envelope it came in. */
export interface QuickBooksFault {
  /** Without leading zeros: `3001`, also where the text says `003001`. `unknown` where none came. */
  code: string;
  /** In the company's language: never matched on, shown only. */
  message: string;
  detail: string | null;
  /** The member it is about, for example `Line.Amount`. */
  element: string | null;
  /** `ValidationFault`, `SystemFault`, `AuthenticationFault`, `SERVICE` …; null where none came. */
  type: string | null;
}

/** JSON object of unknown shape. */
export type JsonObject = { [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Real faults are a few hundred bytes; more is not worth parsing as XML. */
const MAX_XML_CHARS = 256 * 1_024;
/** QuickBooks lists a handful of errors; more says nothing new. */
const MAX_FAULTS = 100;

/**
 * The errors in a JSON value: the service's `Fault` or the gateway's lower-case `fault`. Empty where
 * there is neither. A fault that lists nothing still counts as one, with code `unknown`.
 */
export function faultsInJson(json: unknown): QuickBooksFault[] {
  if (!isObject(json)) return [];
  const fault = json['Fault'] ?? json['fault'];
  if (!isObject(fault)) return [];
  return faultsOf(fault);
}

/** The errors in an XML answer; undefined where the document is no fault or is not to be read. */
export function faultsInXml(body: string): QuickBooksFault[] | undefined {
  // A document type brings entities and outside references; QuickBooks never sends one.
  if (body.length > MAX_XML_CHARS || /<!(DOCTYPE|ENTITY)/i.test(body)) return undefined;
  let document: unknown;
  try {
    document = xml.parse(body);
  } catch {
    return undefined;
  }
  const root = isObject(document) ? document['IntuitResponse'] : undefined;
  const fault = isObject(root) ? root['Fault'] : undefined;
  return isObject(fault) ? faultsOf(fault, decodePredefined) : undefined;
}

const xml = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  removeNSPrefix: true,
  processEntities: false,
});

type Decode = (text: string) => string;

function faultsOf(fault: JsonObject, decode: Decode = (text) => text): QuickBooksFault[] {
  const listed = fault['Error'] ?? fault['error'];
  const errors = Array.isArray(listed) ? listed : [listed];
  const type = textOf(fault['type']);
  const found = errors
    .slice(0, MAX_FAULTS)
    .filter(isObject)
    .map((error) => faultOf(error, type, decode));
  return found.length > 0 ? found : [faultOf({}, type, decode)];
}

function faultOf(error: JsonObject, type: string | null, decode: Decode): QuickBooksFault {
  const text = (...names: string[]) => {
    for (const name of names) {
      const value = textOf(error[name]);
      if (value !== null) return decode(value);
    }
    return null;
  };
  const message = text('Message', 'message') ?? '';
  const code = text('code') ?? /errorCode=(\d+)/.exec(message)?.[1] ?? 'unknown';
  // The gateway quotes the rejected token in the detail.
  const quotesToken = type?.toUpperCase().startsWith('AUTHENTICATION') ?? false;
  return {
    code: code.replace(/^0+(?=\d)/, ''),
    message,
    detail: quotesToken ? null : text('Detail', 'detail'),
    element: text('element'),
    type,
  };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

const PREDEFINED: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** The five references XML knows without a document type. */
function decodePredefined(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => PREDEFINED[name] ?? '');
}
