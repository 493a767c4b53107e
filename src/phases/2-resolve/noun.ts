/** What a reference is written under, as messages call it. */
export type ReferenceKind = 'component' | 'use' | 'template';

export const nounOf = ({ kind, name }: { readonly kind: ReferenceKind; readonly name: string }): string =>
  kind === 'component' ? `component \`${name}\`` : kind === 'use' ? `\`use.${name}\`` : `child template \`${name}\``;
