import type { RuleContext } from './rule.ts';

/**
 * What to say of `slots.x` or `provides.x` when there is no such slot or provide; undefined when there is one. `write` is what
 * the author meant when `x` is there, but in another section.
 */
export function unknownOwnName(
  kind: 'slot' | 'provide',
  name: string,
  { index, near }: RuleContext,
):
  | {
      readonly name: string;
      readonly what: string;
      readonly write: string | undefined;
      readonly near: string | undefined;
    }
  | undefined {
  const [own, other, otherSection] =
    kind === 'slot' ? [index.slots, index.provides, 'provides'] : [index.provides, index.slots, 'slots'];
  if (own.has(name)) return undefined;
  const section = other.has(name) ? otherSection : index.resources.has(name) ? 'resources' : undefined;
  return { name, what: kind, write: section && `${section}.${name}`, near: near(name, own.keys()) };
}
