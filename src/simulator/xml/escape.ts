/** Makes any text fit for XML and HTML, in content and in attributes. */
export function escapeXml(text: string): string {
  return (
    text
      // XML has no way to write control characters; Intuit's own answers cannot hold them either.
      .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
  );
}
