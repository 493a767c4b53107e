import { hash } from 'node:crypto';

/** `sha256:` and standard padded base64 of the SHA-256 of the UTF-8 bytes. */
export const digestOf = (text: string | Uint8Array): string => `sha256:${hash('sha256', text, 'base64')}`;
