import { createHash } from 'node:crypto';

/** Hexadecimal, without a prefix. */
export const sha256Hex = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
