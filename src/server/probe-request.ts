/** Reading what `POST /v1/probes` is sent. Apart from schema.ts, so that a run does not load what schemas are made with. */
export interface ProbeRequest {
  /** All of them unless given. */
  readonly probes?: readonly string[];
}

/** Undefined for what it is not. */
export function readProbeRequest(value: unknown): ProbeRequest | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { probes, ...more } = value as { readonly probes?: unknown };
  if (Object.keys(more).length > 0) return undefined;
  if (probes === undefined) return {};
  const areNames = Array.isArray(probes) && probes.every((name) => typeof name === 'string');
  return areNames && probes.length > 0 ? { probes } : undefined;
}
