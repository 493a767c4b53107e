import { mostRemoved } from '../document.ts';
import { type Asked, secretOf, withWrite, writeOf } from '../records.ts';
import type { Changing } from '../session.ts';

/** The values are gone, the key is free, and what is left under another name answers a write that is asked again. */
export const remove =
  (asked: Asked): Changing<null> =>
  ({ document }) => {
    const { key, write, now } = asked;
    const secret = secretOf(document, key);
    if (!secret || writeOf(document, asked, 'remove')) return { answer: null };
    const writes = withWrite(secret.writes, { token: write.token, operation: 'remove', version: 0, fingerprint: null });
    const removed = { name: `${key}__deleted__${secret.id}`, key, removedAt: now, writes };
    return {
      answer: null,
      document: {
        ...document,
        secrets: document.secrets.filter((one) => one !== secret),
        removed: [...document.removed, removed].slice(-mostRemoved),
      },
    };
  };
