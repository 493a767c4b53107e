/**
 * Which secrets a component is given, and what is executed once their values are known. Pure; the values are in what is answered and
 * nowhere else, least of all in a message.
 */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { fromText } from '../../language/config/root-config.ts';
import { touches } from '../../language/config/secret-paths.ts';
import { conjunction, nodesAt } from '../../language/schema/facets.ts';
import { validateValue } from '../../language/schema/validate.ts';
import type { Addressing } from './addressing.ts';
import type { ComponentConfig, WiredComponent } from './component.ts';
import { componentConfig, plainConfig } from './config.ts';
import { createMarks, freeMark, type Marks } from './marks.ts';
import { type Place, type Placed, pathOf, referencesIn, withPlaces } from './references.ts';
import { type Rendered, render } from './render.ts';

export interface Binding {
  /** In the config of the component. */
  readonly path: string;
  /** As it is written. */
  readonly reference: string;
}

/** Why a value cannot be handed over; never quotes it. Without a reference where it may be any of several. */
export interface Unfit extends Binding {
  readonly message: string;
}

/** Each once, sorted by path and reference. */
export function bindingsOf({ config }: Pick<WiredComponent, 'config'>): readonly Binding[] {
  const { given, own } = seen(config);
  const all = [...given, ...own].map(({ at, reference }) => ({ path: pathOf(at), reference }));
  const each = new Map(all.map((one) => [JSON.stringify([one.path, one.reference]), one]));
  return [...each.values()].sort((a, b) => compareText(a.path, b.path) || compareText(a.reference, b.reference));
}

interface Seen {
  /** Those of the root config that reach the component. */
  readonly roots: readonly Placed[];
  /** Where they end up in its config, also in the middle of a text. */
  readonly given: readonly Placed[];
  /** What the manifest of a parent, or a default, says. */
  readonly own: readonly Placed[];
}

function seen(config: ComponentConfig): Seen {
  if (config.references.length === 0) return { roots: [], given: [], own: referencesIn(plainConfig(config).value) };
  const marks = createMarks<Placed>(config.mark);
  const root = withPlaces(config.root, config.references, (one) => marks.add(one));
  const { value } = componentConfig(config, root, marks.isIn);
  const marked = markedIn(value, marks, []);
  return {
    roots: [...new Set(marked.map(({ root: one }) => one))],
    given: marked.map(({ at, root: { reference } }) => ({ at, reference })),
    own: referencesIn(value),
  };
}

interface Marked {
  readonly at: Place;
  readonly root: Placed;
}

function markedIn(value: JsonValue, marks: Marks<Placed>, at: Place): readonly Marked[] {
  if (typeof value === 'string')
    return marks.split(value).flatMap((part) => (typeof part === 'string' ? [] : [{ at, root: part.meant }]));
  if (typeof value !== 'object' || value === null) return [];
  const stepOf = (key: string): string | number => (Array.isArray(value) ? Number(key) : key);
  return Object.entries(value).flatMap(([key, part]) => markedIn(part as JsonValue, marks, [...at, stepOf(key)]));
}

/** `values` are texts by reference. Everything that does not fit is told at once. */
export function renderBound(
  component: WiredComponent,
  addressing: Addressing,
  values: ReadonlyMap<string, string>,
): Rendered | { readonly unfit: readonly Unfit[] } {
  const { config } = component;
  const { roots, given, own } = seen(config);
  const unfit: Unfit[] = [];
  const typed = (schema: JsonObject | null, { at, reference }: Placed): JsonValue => {
    const text = values.get(reference) ?? '';
    if (!schema || at.some((step) => typeof step === 'number')) return text;
    const path = pathOf(at);
    const problems: { readonly path: string; readonly message: string }[] = [];
    const value = fromText(schema, { path, schema: conjunction(nodesAt(schema, path)) }, text, problems);
    unfit.push(...problems.map(({ message }) => ({ path, reference, message })));
    return value;
  };
  const root = withPlaces(config.root, roots, (one) => typed(config.rootSchema, one));
  const filled = own.map((one) => ({ at: one.at, value: typed(config.schema, one) }));
  const mark = freeMark([JSON.stringify([component.program, config.template, config.schema, root, filled])]);
  const known: ComponentConfig = { ...config, root, references: [], filled, mark };
  if (config.rootSchema) unfit.push(...misfits(config.rootSchema, root, roots));
  const { value } = componentConfig({ ...known, schema: null }, root, () => false);
  if (config.schema) unfit.push(...misfits(config.schema, value, [...given, ...own]));
  if (unfit.length > 0) return { unfit };
  const rendered = render({ ...component, config: known }, addressing);
  if (!('problem' in rendered)) return rendered;
  const [only, ...others] = bindingsOf(component);
  const of = only && others.length === 0 ? only : { path: '', reference: '' };
  // Where something of a program cannot be written is told without a value.
  return { unfit: rendered.problem.messages.map((message) => ({ ...of, message })) };
}

/** Only what has to do with these places: the rest was judged before, and what is not needed may be missing. */
function misfits(schema: JsonObject, value: JsonObject, places: readonly Placed[]): readonly Unfit[] {
  return validateValue(schema, value).flatMap(({ pointer, message }): readonly Unfit[] => {
    const path = pathOf(pointer);
    const of = places.find((one) => touches(pathOf(one.at), path));
    if (!of) return [];
    // Names of keys are a part of the value.
    const isWithin = pointer.length > of.at.length && of.at.every((step, index) => step === pointer[index]);
    return [
      { path: pathOf(of.at), reference: of.reference, message: isWithin ? 'a part of it does not fit' : message },
    ];
  });
}
