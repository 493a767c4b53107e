import { type JsonObject, type JsonValue, setKey } from '../../../base/json.ts';
import { compareText } from '../../../base/order.ts';
import type { ChildTemplate } from '../../../ir/manifest.ts';
import { toJson } from '../../../language/syntax/to-json.ts';
import type { Instance } from '../instance.ts';

const none: JsonObject = {};

/** Child templates in the form that requests and the scenario IR carry. */
export function lowerTemplates(instance: Instance): JsonObject {
  if (instance.manifest.childTemplates.length === 0) return none;
  const out: Record<string, JsonValue> = {};
  for (const template of instance.manifest.childTemplates) setKey(out, template.name, lower(template, instance));
  return out;
}

function lower(template: ChildTemplate, instance: Instance): JsonObject {
  const manifests = instance.node.templates.find((t) => t.template === template.name)?.nodes.map((n) => n.url) ?? [];
  manifests.sort(compareText);
  const config: Record<string, JsonValue> = {};
  for (const entry of template.config?.entries ?? []) {
    setKey<JsonValue>(config, entry.key, { mode: 'prefilled', value: toJson(entry.value) });
  }
  const bindings: Record<string, JsonValue> = {};
  for (const binding of template.bindings)
    setKey<JsonValue>(bindings, binding.name, { mode: 'prefilled', selector: binding.selector });
  const limits: Record<string, JsonValue> = {};
  if (template.limits?.maxLiveChildren !== undefined) limits['max_live_children'] = template.limits.maxLiveChildren;
  if (template.limits?.namePattern !== undefined) limits['name_pattern'] = template.limits.namePattern;
  const visible = template.visibleExports?.map((t) => t.value) ?? [];
  const backends = template.possibleBackends?.map((t) => t.value) ?? [];
  // An empty list or map says the same as none, and is left out.
  return {
    ...(manifests.length > 0 ? { manifests } : {}),
    ...(template.config && template.config.entries.length > 0 ? { config } : {}),
    ...(template.bindings.length > 0 ? { bindings } : {}),
    ...(visible.length > 0 ? { visible_exports: visible } : {}),
    ...(template.limits ? { limits } : {}),
    ...(backends.length > 0 ? { possible_backends: backends } : {}),
  };
}
