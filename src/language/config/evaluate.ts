import { type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import type { ConfigValue } from '../../ir/config.ts';
import { renderTemplateParts, valueAt } from './text.ts';

export interface Evaluated {
  /** Undefined when it is one reference to a key that the root config lacks. */
  readonly value: JsonValue | undefined;
  readonly problems: string[];
}

/**
 * The config once the root config is known. A reference to a key that is not there is left out, so that a default can take
 * its place: the caller applies the defaults of the component's schema and validates. Problems never quote a value.
 */
export function evaluateConfig(value: ConfigValue, rootConfig: JsonObject): Evaluated {
  const problems: string[] = [];
  return { value: evaluate(value, rootConfig, problems, 'config'), problems };
}

function evaluate(value: ConfigValue, root: JsonObject, problems: string[], at: string): JsonValue | undefined {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'symbolic':
      return value.text;
    case 'root':
      return valueAt(root, value.path);
    case 'text': {
      const rendered = renderTemplateParts(value.parts, root);
      if (rendered.ok) return rendered.text;
      problems.push(`\`${at}\`: ${rendered.message}`);
      return undefined;
    }
    case 'array':
      return value.items
        .map((item, i) => evaluate(item, root, problems, `${at}[${i}]`))
        .filter((item) => item !== undefined);
    case 'object': {
      const out: Record<string, JsonValue> = {};
      for (const key of Object.keys(value.entries)) {
        const member = evaluate(value.entries[key] as ConfigValue, root, problems, `${at}.${key}`);
        if (member !== undefined) setKey(out, key, member);
      }
      return out;
    }
  }
}
