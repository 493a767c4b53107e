import { compareText, sortedBy } from '../../base/order.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Governed } from '../../ir/governed.ts';
import type { ComponentRuntime, PlanRuntime } from '../../ir/plan-runtime-schema.ts';
import type { ComponentSettings, Mention, RuntimeSettings } from '../../ir/runtime-settings.ts';
import { unknownMention } from '../../language/settings/mentions.ts';

/** Undefined where nothing is declared, so that such a plan is the one that was made without settings. */
export function planRuntime(
  governed: Governed,
  settings: RuntimeSettings | undefined,
  sink: Sink,
): PlanRuntime | undefined {
  // Interposers have monikers too, which are known only now.
  const monikers = new Set(governed.graph.components.map(({ moniker }) => moniker));
  const components: (readonly [string, ComponentRuntime])[] = [];
  for (const [moniker, setting] of sortedBy(Object.entries(settings?.components ?? {}), ([name]) => name)) {
    const unknown = monikers.has(moniker) ? undefined : unknownMention(mentionOf(moniker, setting), [governed.graph]);
    if (unknown) sink.report(unknown);
    const declared = lower(setting);
    if (Object.keys(declared).length > 0) components.push([moniker, declared]);
  }
  for (const mention of settings?.mentions ?? []) {
    const unknown = unknownMention(mention, [governed.graph]);
    if (unknown) sink.report(unknown);
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

const mentionOf = (name: string, { at }: ComponentSettings): Mention => ({
  what: 'component',
  name,
  ...(at ? { at } : {}),
});
