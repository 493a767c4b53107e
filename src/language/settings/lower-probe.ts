/** What a probe of the settings means. */
import type { ApiRequest, PlanProbe, ProbeTarget } from '../../ir/plan-probe-schema.ts';
import type { ProbeSettings } from './sections/probes.ts';

type FileOf = (path: string) => string;

/** Every default is written out; what has none and is not said is left out. */
export function lowerProbe(probe: ProbeSettings, required: boolean, fileOf: FileOf): PlanProbe {
  switch (probe.kind) {
    case 'api_smoke':
      return {
        kind: probe.kind,
        required,
        target: targetOf(probe),
        requests: probe.requests.map((one) => requestOf(one, fileOf)),
        ...said({ ready: probe.ready }),
        startupSeconds: probe.startupSeconds ?? 30,
      };
    case 'headless_run': {
      const { kind, component, argv, cwd, env, stdin, budgetSeconds, expectExit = 0 } = probe;
      const more = said({ cwd, env: env && { ...env }, stdin: stdin === undefined ? stdin : fileOf(stdin) });
      return { kind, required, component, argv: [...argv], ...more, budgetSeconds, expectExit };
    }
    case 'render_hash': {
      const { kind, export: name, path, viewport, golden, hash, waitFor } = probe;
      const { maxDifferingPixels = 0, deviceScaleFactor = 1, budgetSeconds = 60 } = probe;
      return {
        kind,
        required,
        export: name,
        path,
        viewport: [...viewport],
        deviceScaleFactor,
        ...said({ waitFor, golden: golden === undefined ? golden : fileOf(golden), hash }),
        maxDifferingPixels,
        budgetSeconds,
      };
    }
    case 'sim_trace': {
      const { kind, component, argv, ticks, document, invariants = {}, traceHash, budgetSeconds = 60 } = probe;
      const { terminal, ...others } = invariants;
      return {
        kind,
        required,
        component,
        argv: [...argv],
        ticks,
        document: fileOf(document),
        invariants: { ...others, ...said({ terminal: terminal && { ...terminal } }) },
        ...said({ traceHash }),
        budgetSeconds,
      };
    }
  }
}

type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const said = <T extends object>(fields: T): Said<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Said<T>;

type ApiSmoke = Extract<ProbeSettings, { readonly kind: 'api_smoke' }>;

function targetOf({ export: exported, edge, provide = '' }: ApiSmoke): ProbeTarget {
  if (exported !== undefined) return { export: exported };
  return edge === undefined ? { provide } : { edge };
}

function requestOf(
  { method, path, headers, body, expect = {} }: ApiSmoke['requests'][number],
  fileOf: FileOf,
): ApiRequest {
  const { status, headers: expected, schema, maxMs } = expect;
  return {
    method,
    path,
    ...said({ headers: headers && { ...headers }, body }),
    expect: said({
      status: typeof status === 'object' ? [...status] : status,
      headers: expected && { ...expected },
      schema: schema === undefined ? schema : fileOf(schema),
      maxMs,
    }),
  };
}
