/** What a binding of a child template takes from the component that owns the template. */
export type RealmSelector =
  | { readonly kind: 'slots' | 'provides' | 'resources' | 'external'; readonly name: string }
  | { readonly kind: 'child'; readonly child: string; readonly export: string };

/** `slots.x`, `provides.x`, `resources.x`, `external.x` or `children.<child>.exports.<export>`; undefined for anything else. */
export function realmSelector(text: string): RealmSelector | undefined {
  const parts = text.split('.');
  const [head, name] = parts;
  if (name === undefined || name === '') return undefined;
  if (head === 'children') {
    const [, , exports, exported] = parts;
    if (parts.length !== 4 || exports !== 'exports' || !exported) return undefined;
    return { kind: 'child', child: name, export: exported };
  }
  if (parts.length !== 2) return undefined;
  return head === 'slots' || head === 'provides' || head === 'resources' || head === 'external'
    ? { kind: head, name }
    : undefined;
}
