/** What `POST /v1/authority/revoke` takes. */
import { isRevokeReason } from '../runtime/authority/revoke-reason.ts';
import type { RevokeRequest } from './authority-schema.ts';

export function readRevokeRequest(body: unknown): RevokeRequest | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { id, reason, ...more } = body as Readonly<Record<string, unknown>>;
  if (Object.keys(more).length > 0 || typeof id !== 'string') return undefined;
  return isRevokeReason(reason) ? { id, reason } : undefined;
}
