/** Whether programs are sent where their slots lead: the texts of the plan that hold nothing but slots, filled in from where the target says that they lead. */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { ExpectedEdge } from './expected.ts';

/** What the files say that a program is started with. */
export interface Started {
  readonly title: string;
  readonly environment: Readonly<Record<string, string>>;
  /** All words of it. */
  readonly entrypoint: readonly string[];
}

/** `addressOf` answers `host:port`. */
export function wrongUrls(
  started: readonly Started[],
  plan: DeploymentPlan,
  edges: readonly ExpectedEdge[],
  addressOf: (edge: ExpectedEdge) => string | undefined,
): readonly string[] {
  const urls = new Map<string, string[]>();
  for (const edge of edges) {
    const { consumer, slot, protocol } = edge;
    const of = `${consumer ?? ''} ${slot}`;
    const list = urls.get(of);
    const url = `${protocol}://${addressOf(edge) ?? '?'}`;
    if (list) list.push(url);
    else urls.set(of, [url]);
  }
  const programs = new Map(plan.components.map(({ moniker, program }) => [moniker, program as JsonObject | null]));
  return started.flatMap(({ title, environment, entrypoint }) => {
    const program = programs.get(title);
    if (!program) return [];
    const wanted = (text: JsonValue | undefined): string | undefined =>
      filled(text, (slot) => urls.get(`${title} ${slot}`));
    const env = isObject(program['env']) ? program['env'] : {};
    const args = (program['entrypoint'] ?? program['args'] ?? []) as readonly JsonValue[];
    const offset = 'path' in program ? 1 : 0;
    // Only where each text is one word, whose place is known.
    const inPlace =
      args.every((one) => typeof one === 'string') &&
      entrypoint.length === args.length + offset &&
      !(isLaunched(entrypoint) && !isLaunched(args));
    const words = inPlace ? args : [];
    const faults: string[] = [];
    const compare = (
      what: string,
      name: string | number,
      text: string | undefined,
      found: string | undefined,
    ): void => {
      if (text === undefined || found === undefined || text === found) return;
      faults.push(`${what} ${name} of ${title} is ${found}, and not ${text}`);
    };
    for (const name in env) compare('variable', name, wanted(env[name]), own(environment, name));
    for (const [index, text] of words.entries()) compare('word', index, wanted(text), entrypoint[index + offset]);
    return faults;
  });
}

/** By a line of shell that reads secrets first: all words of the program are in one then. */
const isLaunched = ([, how, line]: readonly JsonValue[]): boolean =>
  how === '-ec' && typeof line === 'string' && line.endsWith('exec "$@"');

/** Undefined for a text that something else is in, or no slot at all. */
function filled(
  text: JsonValue | undefined,
  urlsOf: (slot: string) => readonly string[] | undefined,
): string | undefined {
  if (typeof text !== 'string' || !text.includes('${slots.') || text.includes('$$')) return undefined;
  let known = true;
  const all = text.replace(/\$\{slots\.([^.}]+)\.url\}/g, (_, slot: string) => {
    const [url, ...others] = urlsOf(slot) ?? [];
    known = known && url !== undefined && others.length === 0;
    return url ?? '';
  });
  return known && !all.includes('${') ? all : undefined;
}
