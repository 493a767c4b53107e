/** The kinds of probes that headgate runs itself. A file is loaded when a probe of its kind is run. */
import type { PlanProbe, ProbeKind } from '../../ir/plan-probe-schema.ts';
import type { Prober } from './probe.ts';

type Of<K extends ProbeKind> = Extract<PlanProbe, { readonly kind: K }>;

const later =
  <K extends ProbeKind>(load: () => Promise<Prober<Of<K>>>): Prober =>
  async (probe, context) =>
    (await load())(probe as Of<K>, context);

export const kinds: Readonly<Record<ProbeKind, Prober>> = {
  api_smoke: later<'api_smoke'>(async () => (await import('./api-smoke.ts')).apiSmoke),
  headless_run: later<'headless_run'>(async () => (await import('./headless-run.ts')).headlessRun),
  render_hash: later<'render_hash'>(async () => (await import('./render-hash.ts')).renderHash),
  sim_trace: later<'sim_trace'>(async () => (await import('./sim-trace.ts')).simTrace),
};
