/** Where a probe names files. */
import type { PlanProbe } from '../../ir/plan-probe-schema.ts';

/** The same probe, with its files under other names. */
export function withFiles(probe: PlanProbe, rename: (name: string) => string): PlanProbe {
  switch (probe.kind) {
    case 'api_smoke':
      return {
        ...probe,
        requests: probe.requests.map((one) => {
          const { schema } = one.expect;
          return schema === undefined ? one : { ...one, expect: { ...one.expect, schema: rename(schema) } };
        }),
      };
    case 'headless_run':
      return probe;
    case 'render_hash':
      return { ...probe, golden: rename(probe.golden) };
    case 'sim_trace':
      return { ...probe, document: rename(probe.document) };
  }
}
