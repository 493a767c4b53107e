/** What may be kept as a secret. */
import { randomInt } from 'node:crypto';
import { faultError } from './fault-error.ts';

/** What stands in the place of a secret wherever one is left out. */
export const redactionPlaceholder = '[secret]';

/** Throws a fault that does not quote it. */
export function requireValue(value: string): void {
  if (value === '')
    throw faultError('invalid_request', 'value_empty', 'the value is empty', 'give the value on standard input');
  if (value.trim() === redactionPlaceholder)
    throw faultError(
      'invalid_request',
      'value_placeholder',
      `the value is \`${redactionPlaceholder}\`, which stands for a secret that was left out`,
      'give the secret itself on standard input',
    );
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
export const mostGenerated = 4096;
/** Shorter ones could be guessed. */
export const fewestGenerated = 16;

/** Random characters that need no escaping in a URL: 6 bits each. */
export const generatedValue = (length: number): string =>
  Array.from({ length }, () => letters.charAt(randomInt(letters.length))).join('');
