/** What `POST /v1/authority/revoke` takes. */
import { hasControl } from '../base/control.ts';
import type { RevokeRequest } from './authority-schema.ts';

/** Characters. */
export const maxReason = 500;

export function readRevokeRequest(body: unknown): RevokeRequest | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { id, reason, ...more } = body as Readonly<Record<string, unknown>>;
  if (Object.keys(more).length > 0 || typeof id !== 'string' || typeof reason !== 'string') return undefined;
  return reason.trim() === '' || reason.length > maxReason || hasControl(reason) ? undefined : { id, reason };
}
