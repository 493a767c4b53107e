/** Which secrets a run binds to whom, as its journal says it: never a value. */
import type { JsonObject } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { touches } from '../../language/config/secret-paths.ts';
import { isReference } from '../../language/secrets/reference.ts';
import { type Binding, bindingsOf } from '../../plan/wiring/bindings.ts';
import type { WiredComponent } from '../../plan/wiring/component.ts';
import { pathOf, referencesIn } from '../../plan/wiring/references.ts';
import type { Declared } from './binder.ts';

/** What is secret in the root config, with its reference where it has one; then what manifests refer to, and slots of the root. */
export function declaredSecrets(
  { config }: Pick<DeploymentPlan, 'config'>,
  root: JsonObject,
  components: readonly WiredComponent[],
  externals: Readonly<Record<string, string>>,
): readonly Declared[] {
  const references = referencesIn(root).map(({ at, reference }) => ({ path: pathOf(at), reference }));
  const of = (path: string): readonly string[] => [
    ...new Set(references.filter((one) => touches(one.path, path)).map(({ reference }) => reference)),
  ];
  const leaves = config.leaves
    .filter(({ path, secret, consumers }) => consumers.length > 0 && (secret || of(path).length > 0))
    .flatMap(({ path, consumers }): readonly Declared[] => {
      const referred = of(path);
      if (referred.length === 0) return [{ path, consumers: [...consumers] }];
      return referred.map((reference) => ({ path, consumers: [...consumers], reference }));
    });
  const known = new Set(references.map(({ reference }) => reference));
  const own = components.flatMap((component) =>
    bindingsOf(component)
      .filter(({ reference }) => !known.has(reference))
      .map(({ path, reference }) => ({ path, consumers: [component.moniker], reference })),
  );
  const slots = referredSlots(externals).map(([slot, { reference }]) => ({
    path: `slots.${slot}`,
    consumers: [],
    reference,
  }));
  return [...leaves, ...own, ...slots];
}

/** Slots of the root whose URL is a secret. */
export const referredSlots = (externals: Readonly<Record<string, string>>): readonly (readonly [string, Binding])[] =>
  Object.entries(externals)
    .filter(([, url]) => isReference(url))
    .map(([slot, reference]) => [slot, { path: '', reference }] as const)
    .sort(([a], [b]) => compareText(a, b));
