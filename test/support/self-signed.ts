import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate for 127.0.0.1 that signed itself, and its key, as PEM: Node makes keys, but no certificates. */
export function selfSigned(): { readonly cert: string; readonly key: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const issuer = name('mooring-test');
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    issuer,
    sequence(utcTime('200101000000Z'), utcTime('490101000000Z')),
    issuer,
    publicKey,
    tagged(0xa3, sequence(subjectAltName)),
  );
  const signature = sign('sha256', body, privateKey);
  const der = sequence(body, ecdsaWithSha256, der1(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

/** X.690, 8.1: tag, length, content. */
function der1(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der1(0x30, Buffer.concat(parts));
const tagged = (tag: number, content: Buffer): Buffer => der1(tag, content);
const integer = (content: Buffer): Buffer => der1(0x02, content);
const objectId = (hex: string): Buffer => der1(0x06, Buffer.from(hex, 'hex'));
const utcTime = (text: string): Buffer => der1(0x17, Buffer.from(text));
/** 2.5.4.3, the common name. */
const name = (text: string): Buffer =>
  sequence(der1(0x31, sequence(objectId('550403'), der1(0x0c, Buffer.from(text)))));
/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
/** 2.5.29.17 with one iPAddress. */
const subjectAltName = sequence(
  objectId('551d11'),
  der1(0x04, sequence(der1(0x87, Buffer.from([127, 0, 0, 1])))),
);
