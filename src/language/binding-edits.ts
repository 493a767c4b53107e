/** Other ends for a binding, in the form that it is written in: `#child.slot`, or `#child` and `slot` apart. */
import type { Location, Range } from '../base/span.ts';
import type { Edit } from '../diagnostics/fix.ts';
import { write } from '../diagnostics/fixes.ts';
import type { BindingDecl } from '../ir/manifest.ts';

type At = (range: Range) => Location;

const sameText = (a: Range, b: Range): boolean => a.start === b.start && a.end === b.end;

export function writeTarget(decl: BindingDecl, at: At, to: Partial<BindingDecl['target']>): readonly Edit[] {
  const { child, slot } = { ...decl.target, ...to };
  if (sameText(decl.toRange, decl.slotRange)) return [write(at(decl.toRange), `#${child}.${slot}`)];
  return [
    ...(to.child === undefined ? [] : [write(at(decl.toRange), `#${child}`)]),
    ...(to.slot === undefined ? [] : [write(at(decl.slotRange), slot)]),
  ];
}

/** `head` is what stands before the dot: `slots`, `provides`, `#child`. */
export function writeSource(decl: BindingDecl, at: At, head: string, name: string): readonly Edit[] {
  if (sameText(decl.fromRange, decl.capabilityRange)) return [write(at(decl.fromRange), `${head}.${name}`)];
  const { source } = decl;
  const same = name === (source.kind === 'child' ? source.export : source.name);
  return [write(at(decl.fromRange), head), ...(same ? [] : [write(at(decl.capabilityRange), name)])];
}
