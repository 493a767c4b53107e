import { compareText, sortedBy } from '../../base/order.ts';
import { suggest } from '../../base/suggest.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Governed } from '../../ir/governed.ts';
import type { ComponentRuntime, PlanRuntime } from '../../ir/plan-runtime-schema.ts';
import type { ComponentSettings, RuntimeSettings } from '../../ir/runtime-settings.ts';

/** Undefined where nothing is declared, so that such a plan is the one that was made without settings. */
export function planRuntime(
  governed: Governed,
  settings: RuntimeSettings | undefined,
  sink: Sink,
): PlanRuntime | undefined {
  // Interposers have monikers too, which are known only now.
  const known = new Set(governed.graph.components.map(({ moniker }) => moniker));
  const components: (readonly [string, ComponentRuntime])[] = [];
  for (const [moniker, setting] of sortedBy(Object.entries(settings?.components ?? {}), ([name]) => name)) {
    if (!known.has(moniker)) reportUnknown(moniker, setting, known, sink);
    const declared = lower(setting);
    if (Object.keys(declared).length > 0) components.push([moniker, declared]);
  }
  return components.length === 0 ? undefined : { components: Object.fromEntries(components) };
}

/** One form for one meaning: an empty list says what no list says, and the order of grants says nothing. */
function lower({ restart, restarts, readySeconds, limits = {}, egress = [] }: ComponentSettings): ComponentRuntime {
  return {
    ...(restart === undefined ? {} : { restart }),
    ...(restarts === undefined ? {} : { restarts }),
    ...(readySeconds === undefined ? {} : { readySeconds }),
    ...(Object.keys(limits).length === 0 ? {} : { limits: { ...limits } }),
    ...(egress.length === 0 ? {} : { egress: [...new Set(egress)].sort(compareText) }),
  };
}

function reportUnknown(name: string, { at }: ComponentSettings, known: ReadonlySet<string>, sink: Sink): void {
  const near = suggest(name, known);
  const help = near === undefined ? undefined : `did you mean \`${near}\`?`;
  sink.report(D.unknownComponent({ name }, { at, help }));
}
