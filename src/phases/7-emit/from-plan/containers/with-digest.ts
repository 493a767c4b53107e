/** Names that are readable, and of one thing the same whatever else there is. */
import { digestOf } from '../../../../base/digest.ts';

export interface NameForm {
  readonly longest: number;
  /** What may be in it, as in a class of a regular expression. */
  readonly letters: string;
}

/** In front of a digest nothing has to be exact. */
export function withDigest(text: string, whole: string, { longest, letters }: NameForm): string {
  const readable = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(new RegExp(`[^${letters}]+`, 'g'), '-')
    .replace(/^-+|-+$/g, '');
  return `${readable.slice(0, longest - 9).replace(/-+$/, '') || 'x'}-${shortDigest(whole)}`;
}

/** Eight characters that any name may hold. */
export function shortDigest(text: string): string {
  const bytes = atob(digestOf(text).slice('sha256:'.length));
  return [...bytes.slice(0, 4)].map((one) => one.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
