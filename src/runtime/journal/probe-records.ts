/** What probes have found, from the entries of a journal. */
import { probeNamed } from '../../ir/action.ts';
import type { Entry } from '../../language/journal/entry.ts';

type OfAction = Exclude<Entry, { readonly action: null }>;

/** The newest evidence of a probe. */
export interface ProbeRecord {
  /** Digest of its statement. */
  readonly evidence: string;
  readonly found: NonNullable<Extract<OfAction, { readonly type: 'outcome' }>['data']['probe']>;
  /** It was begun once more since, and that did not come to an end: it says nothing of what is so now. */
  readonly superseded: boolean;
}

export function ofProbe(probes: Map<string, ProbeRecord>, entry: OfAction): void {
  const name = probeNamed(entry.action);
  const known = probes.get(name);
  if (entry.type === 'intent' && known) probes.set(name, { ...known, superseded: true });
  if (entry.type !== 'outcome' || !entry.data.evidence || !entry.data.probe) return;
  probes.set(name, { evidence: entry.data.evidence, found: entry.data.probe, superseded: false });
}
