/** What a probe keeps of bytes that somebody else made: the whole in the store, and a part that people read. */
import type { JsonObject } from '../../base/json.ts';
import type { Output } from '../../ports/execution.ts';
import { redactBytes } from '../redactor/bytes.ts';
import type { BlobDigest } from '../store/store.ts';
import type { ProbeContext } from './probe.ts';

/** Characters. */
const SHOWN = 2_000;

export interface KeptText {
  readonly blob: BlobDigest;
  readonly details: JsonObject;
}

type Keeping = Pick<ProbeContext, 'keep' | 'redact'>;

/** Secrets are gone before anything is hashed, cut or kept. */
export function keepText({ bytes, dropped }: Output, { keep, redact }: Keeping): KeptText {
  const clean = redactBytes(bytes, redact);
  const details = { ...preview(Buffer.from(clean).toString('utf8')), bytes: bytes.length + dropped };
  return { blob: keep(clean), details: dropped > 0 ? { ...details, dropped } : details };
}

/** The beginning, and how many characters come after it. */
export function preview(text: string): JsonObject {
  // A character may take two units of a text.
  const shown = Array.from(text.slice(0, SHOWN * 2))
    .slice(0, SHOWN)
    .join('');
  let cut = 0;
  for (const _ of text.slice(shown.length)) cut++;
  return { preview: shown, ...(cut > 0 ? { cut } : {}) };
}

/** For a summary, which is one line. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
