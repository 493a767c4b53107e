/** Secrets out of bytes that somebody else made. The very same bytes where nothing is in them. */
import { isUtf8 } from 'node:buffer';

export function redactBytes(bytes: Uint8Array, redact: (text: string) => string): Uint8Array {
  // What is no text is looked through byte by byte, and otherwise kept as it is.
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
  const clean = redact(text);
  return clean === text ? bytes : Buffer.from(clean, encoding);
}
