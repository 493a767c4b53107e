/** Values of config that are secrets themselves, or what is left of one. */
import { isReference } from './reference.ts';
import { isSensitiveName } from './sensitive-names.ts';

/** What headgate writes in the place of a secret. It is never the value of anything. */
export const placeholder = '[secret]';

export type InlineFault = 'inline' | 'placeholder';

/** Words, and not secrets, under a name that sounds like one. */
const plainWords = /^(?:true|false|yes|no|on|off|null|none)$/i;

/**
 * Whether what stands under the name is a secret that is written out. Templates take it from elsewhere, and references name where it
 * is kept. O(length).
 */
export function inlineFault(name: string, value: string | number): InlineFault | undefined {
  const text = String(value);
  if (text.trim() === placeholder) return 'placeholder';
  if (text.trim() === '' || plainWords.test(text.trim()) || text.includes('${') || isReference(text)) return undefined;
  return isSensitiveName(name) ? 'inline' : undefined;
}
