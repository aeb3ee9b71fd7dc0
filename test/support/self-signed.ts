import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** OIDs of the only algorithm and the only attribute used here, as DER. */
const ECDSA_WITH_SHA256 = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const DAY_MS = 86_400_000;

/** A key and a certificate that nobody vouches for, good until tomorrow; PEM. */
export function selfSigned(name: string): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const facts = der(0x30, certified(name, publicKey));
  const signature = sign('sha256', facts, privateKey);
  const whole = der(0x30, Buffer.concat([facts, ECDSA_WITH_SHA256, bits(signature)]));
  const lines = whole.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
  return {
    key: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** What the signature is about: serial number, algorithm, issuer, times, subject, key. */
function certified(name: string, publicKey: KeyObject): Buffer {
  const attribute = der(0x30, Buffer.concat([COMMON_NAME, der(0x0c, Buffer.from(name))]));
  const subject = der(0x30, der(0x31, attribute));
  const now = Date.now();
  const times = der(0x30, Buffer.concat([time(now - DAY_MS), time(now + DAY_MS)]));
  return Buffer.concat([
    der(0x02, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    subject,
    times,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  ]);
}

/** Tag, length and content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const long = length > 255 ? [0x82, length >> 8, length & 255] : [0x81, length];
  return Buffer.concat([Buffer.from([tag, ...(length < 128 ? [length] : long)]), content]);
}

function bits(content: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.from([0]), content]));
}

/** `YYMMDDHHMMSSZ` */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}
