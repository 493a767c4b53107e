import type { RuleContext } from './rule.ts';

/** What to say of a `#child` that is not a component; undefined when it is one. */
export function unknownChild(
  child: string,
  { index, near }: RuleContext,
):
  | {
      readonly child: string;
      readonly near: string | undefined;
      readonly elsewhere: 'use' | 'child_templates' | undefined;
    }
  | undefined {
  if (index.components.has(child)) return undefined;
  const elsewhere = index.use.has(child) ? 'use' : index.childTemplates.has(child) ? 'child_templates' : undefined;
  return { child, near: near(child, index.components.keys()), elsewhere };
}
