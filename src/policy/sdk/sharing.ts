/** Version 2 of the protocol, in which what is alike is written once: questions as version 1 has them, and answers out of those of version 1. */
import { canonicalJson, isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { PolicyAnswer, SharingAnswer } from '../../ir/answer-schema.ts';
import { PolicyError } from './error.ts';

/** The body of a question in version 2 → the same in version 1. @throws PolicyError (`request`) */
export function expandQuestion(text: string): JsonValue {
  const bad = (message: string): PolicyError => new PolicyError('request', `not a question for a policy: ${message}`);
  let question: JsonValue;
  try {
    question = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw bad(`the body is no JSON (${(error as Error).message})`);
  }
  const scope = isObject(question) ? own(question, 'scope') : undefined;
  const values = isObject(question) ? own(question, 'shared') : undefined;
  const components = isObject(scope) ? own(scope, 'components') : undefined;
  // What is missing is told by whoever reads version 1.
  if (!isObject(scope) || !Array.isArray(components)) return question;
  if (!Array.isArray(values)) throw bad('`shared` is no list');
  const whole = (component: JsonValue, index: number): JsonValue => {
    const places = isObject(component) ? own(component, 'shared') : undefined;
    if (!isObject(component) || places === undefined) return component;
    const { shared: _, ...out } = component as Record<string, JsonValue>;
    for (const [field, place] of Object.entries(isObject(places) ? places : {})) {
      const value = typeof place === 'number' ? (values as readonly JsonValue[])[place] : undefined;
      if (value === undefined) throw bad(`\`scope.components[${index}].shared\` names nothing of \`shared\``);
      out[field] = value;
    }
    return out;
  };
  return { scope: { ...scope, components: (components as readonly JsonValue[]).map(whole) } };
}

/**
 * Undefined where no interposer is used twice: then version 1 is no longer. Interposers whose config differs are one template, with the config of the
 * first.
 */
export function shareTemplates(answer: PolicyAnswer): SharingAnswer | undefined {
  const templates = new Map<string, Template>();
  const placed = answer.interpositions.map((interposition) => {
    const interposer = interposition.interposer as JsonObject;
    const { config, ...body } = interposer;
    const text = canonicalJson([body, config !== undefined]);
    const known = templates.get(text);
    const template = known ?? { interposer, config: textOf(config), name: `interposer-${templates.size + 1}`, uses: 0 };
    template.uses++;
    templates.set(text, template);
    return { interposition, template, config };
  });
  const shared = [...templates.values()].filter(({ uses }) => uses > 1);
  if (shared.length === 0) return undefined;
  const interpositions = placed.map(({ interposition, template, config }) => {
    if (template.uses === 1) return interposition;
    const { interposer: _, ...rest } = interposition;
    const own = textOf(config) === template.config ? {} : { config: config as JsonObject };
    return { ...rest, ...own, template: template.name };
  });
  const byName = Object.fromEntries(shared.map(({ name, interposer }) => [name, interposer]));
  return { ...answer, interpositions, templates: byName } as unknown as SharingAnswer;
}

interface Template {
  readonly interposer: JsonObject;
  readonly name: string;
  /** As text; empty without one. */
  readonly config: string;
  uses: number;
}

const textOf = (config: JsonValue | undefined): string => (config === undefined ? '' : canonicalJson(config));
