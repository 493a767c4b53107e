import type { Range } from '../../base/span.ts';
import type { BindingDecl, BindingSource, ProvideDecl, SlotDecl } from '../../ir/manifest.ts';
import type { DecodeContext } from './context.ts';
import { booleanOf, type Cursor, type Fields, fieldsOf, optionalText, textOf } from './cursor.ts';
import { decodeItems } from './entries.ts';
import { nearReference, orElse } from './near-reference.ts';

/** Own names, to tell what the old `self.x` means. */
export interface OwnNames {
  readonly slots: readonly SlotDecl[];
  readonly provides: readonly ProvideDecl[];
}

export const bindingsOf = (ctx: DecodeContext, cursor: Cursor | undefined, own: OwnNames): readonly BindingDecl[] =>
  decodeItems(ctx, cursor, (item) => bindingOf(ctx, item, own));

interface Part {
  readonly value: string;
  readonly range: Range;
}

function bindingOf(ctx: DecodeContext, cursor: Cursor, own: OwnNames): BindingDecl | undefined {
  const fields = fieldsOf(ctx, cursor, {
    known: ['to', 'slot', 'from', 'capability', 'weak'],
    required: ['to', 'from'],
  });
  if (!fields) return undefined;
  const to = textOf(ctx, fields.get('to'));
  const from = textOf(ctx, fields.get('from'));
  const slot = optionalText(ctx, fields.get('slot'));
  const capability = optionalText(ctx, fields.get('capability'));
  const weak = booleanOf(ctx, fields.get('weak'), false);
  if (!to || !from || !explicitFormFits(ctx, fields, { to, from, slot, capability })) return undefined;
  const target = targetOf(ctx, cursor, to, slot);
  const source = sourceOf(ctx, cursor, from, capability, own);
  if (!target || !source) return undefined;
  return {
    range: cursor.node.range,
    target,
    toRange: to.range,
    slotRange: slot?.range ?? to.range,
    source: source.source,
    fromRange: from.range,
    capabilityRange: capability?.range ?? from.range,
    weak,
    legacySelf: source.legacySelf,
  };
}

interface Parts {
  readonly to: Part;
  readonly from: Part;
  readonly slot: Part | undefined;
  readonly capability: Part | undefined;
}

/** `{to: "#a.s", from: "slots.x"}` or `{to: "#a", slot: s, from: slots, capability: x}`, never half of each. */
function explicitFormFits(ctx: DecodeContext, fields: Fields, { to, from, slot, capability }: Parts): boolean {
  if (!slot && !capability) return true;
  if (slot && capability) {
    const dotted = [to, from].filter((part) => part.value.includes('.'));
    for (const part of dotted) {
      ctx.report(
        'mixed-binding-form',
        part.range,
        fields.path,
        `\`${part.value}\` already names both parts, and \`slot\` and \`capability\` are given too`,
        'use one form: `to: "#child.slot"` alone, or `to`, `slot`, `from` and `capability`',
      );
    }
    return dotted.length === 0;
  }
  const [has, lacks, part] = slot ? ['slot', 'capability', slot] : ['capability', 'slot', capability as Part];
  ctx.report(
    'missing-field',
    part.range,
    fields.path,
    `the binding has \`${has}\` but is missing \`${lacks}\``,
    `add \`${lacks}\`, or use the short form`,
  );
  return false;
}

function targetOf(
  ctx: DecodeContext,
  cursor: Cursor,
  to: Part,
  slot: Part | undefined,
): BindingDecl['target'] | undefined {
  const [head, name] = slot ? [to.value, slot.value] : halves(to.value);
  const fail = (message: string, help: string, blame: Part = to): undefined =>
    refuse(ctx, blame, cursor.path, message, help);
  if (head === 'self') {
    ctx.report(
      'binding-target-self',
      to.range,
      cursor.path,
      'a component cannot bind its own slots',
      'its parent binds them; to wire a program here, move it into a child and bind that',
    );
    return undefined;
  }
  if (['slots', 'provides', 'resources', 'framework'].includes(head))
    return fail(`\`${to.value}\` cannot be the target of a binding`, targets);
  if (!head.startsWith('#') || head === '#')
    return refuse(
      ctx,
      to,
      cursor.path,
      `invalid binding target \`${to.value}\``,
      targets,
      !slot && nearReference(to.value),
    );
  if (slot && (name === '' || name?.includes('.')))
    return fail(`\`${slot.value}\` is not the name of a slot`, 'name the slot alone, without dots', slot);
  if (name === undefined || name === '') return fail(`\`${to.value}\` names no slot`, 'write `#child.slot`');
  if (name.includes('.')) return fail(`\`${to.value}\`: slot names hold no dots`, 'write `#child.slot`');
  return { child: head.slice(1), slot: name };
}

const targets = 'a target is a slot of a child: `#child.slot`';

const halves = (text: string): [string, string?] => {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
};

const sources = 'a source is `slots.x`, `provides.x`, `resources.x`, `framework.x` or `#child.export`';

function sourceOf(
  ctx: DecodeContext,
  cursor: Cursor,
  from: Part,
  capability: Part | undefined,
  own: OwnNames,
): { readonly source: BindingSource; readonly legacySelf: boolean } | undefined {
  const [head, name] = capability ? [from.value, capability.value] : halves(from.value);
  const fail = (message: string, help: string, blame: Part = from): undefined =>
    refuse(ctx, blame, cursor.path, message, help);
  if (capability && (name === '' || name?.includes('.')))
    return fail(`\`${capability.value}\` is not the name of a capability`, 'name it alone, without dots', capability);
  if (name === undefined || name === '') return fail(`\`${from.value}\` is not a binding source`, sources);
  if (name.includes('.')) return fail(`\`${from.value}\`: names hold no dots`, sources);
  if (head === 'self') return { source: selfSource(name, own), legacySelf: true };
  if (head.startsWith('#') && head.length > 1)
    return { source: { kind: 'child', child: head.slice(1), export: name }, legacySelf: false };
  const kind = sourceKinds.get(head);
  if (kind) return { source: { kind, name }, legacySelf: false };
  const near = !capability && nearReference(from.value, [...sourceKinds.keys()]);
  return refuse(ctx, from, cursor.path, `\`${from.value}\` is not a binding source`, sources, near);
}

/** `near`: what was probably meant. */
function refuse(
  ctx: DecodeContext,
  part: Part,
  path: string,
  message: string,
  help: string,
  near?: string | false,
): undefined {
  ctx.report(
    'invalid-value',
    part.range,
    path,
    message,
    orElse(near || undefined, help),
    near ? { range: part.range, text: near } : undefined,
  );
  return undefined;
}

const selfSource = (name: string, own: OwnNames): BindingSource =>
  !own.slots.some((s) => s.name === name) && own.provides.some((p) => p.name === name)
    ? { kind: 'provide', name }
    : { kind: 'slot', name };

const sourceKinds: ReadonlyMap<string, 'slot' | 'provide' | 'resource' | 'framework'> = new Map([
  ['slots', 'slot'],
  ['provides', 'provide'],
  ['resources', 'resource'],
  ['framework', 'framework'],
]);
