/** A small PDF that is unlike others: begun and ended like one, with the text between. */
export function aPdf(text: string, bytes = 0): Uint8Array<ArrayBuffer> {
  const filling = 'x'.repeat(bytes);
  return new Uint8Array(
    Buffer.from(`%PDF-1.7\n% ${text}${filling}\n\r\n--\x00\xff\n%%EOF\n`, 'latin1'),
  );
}
