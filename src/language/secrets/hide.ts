/** Texts without the secrets in them, whichever way these are written. For short texts that are shown once; logs have a redactor. */
import { compareText } from '../../base/order.ts';
import { placeholder } from './inline.ts';

/** What is shorter may be in any text by chance. */
export const shortestSecret = 4;

/**
 * The text with `[secret]` in the place of each secret: as it is, in JSON, in a URL, in base64 and in hex. The text may be cut at both
 * ends, also in the middle of a secret. O(text × secrets).
 */
export function hideSecrets(text: string, secrets: Iterable<string>): string {
  const forms = [...new Set([...secrets].filter(isLong).flatMap(formsOf))].sort(
    (a, b) => b.length - a.length || compareText(a, b),
  );
  let shown = text;
  for (const form of forms) shown = shown.replaceAll(form, placeholder);
  const head = longest(forms, (form) => sharedHead(shown, form));
  if (head > 0) shown = placeholder + shown.slice(head);
  const tail = longest(forms, (form) => sharedTail(shown, form));
  return tail > 0 ? shown.slice(0, -tail) + placeholder : shown;
}

const isLong = (text: string): boolean => text.length >= shortestSecret;

const longest = (forms: readonly string[], of: (form: string) => number): number =>
  forms.reduce((most, form) => Math.max(most, of(form)), 0);

/** How much of the end of the secret the text begins with. */
function sharedHead(text: string, form: string): number {
  for (let length = Math.min(form.length - 1, text.length); length >= shortestSecret; length--)
    if (text.startsWith(form.slice(-length))) return length;
  return 0;
}

/** How much of the beginning of the secret the text ends with. */
function sharedTail(text: string, form: string): number {
  for (let length = Math.min(form.length - 1, text.length); length >= shortestSecret; length--)
    if (text.endsWith(form.slice(0, length))) return length;
  return 0;
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const encoded = [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // What the neighbours have no part in.
    const part = whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [part, part.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = bytes.toString('hex');
  const inUrl = encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd'));
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    inUrl,
    inUrl.toLowerCase(),
    ...encoded,
    hex,
    hex.toUpperCase(),
  ].filter(isLong);
}
