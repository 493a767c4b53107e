/** Reading what `POST /v1/stop` is sent. Apart from schema.ts, so that a run does not load what schemas are made with. */
export interface StopRequest {
  /** How long programs may take to end before they are killed. */
  readonly graceMs?: number;
}

export const maxGraceMs = 86_400_000;

/** Undefined for what it is not. */
export function readStopRequest(value: unknown): StopRequest | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { graceMs, ...more } = value as { readonly graceMs?: unknown };
  if (Object.keys(more).length > 0) return undefined;
  if (graceMs === undefined) return {};
  const isTime = typeof graceMs === 'number' && Number.isInteger(graceMs) && graceMs >= 0 && graceMs <= maxGraceMs;
  return isTime ? { graceMs } : undefined;
}
