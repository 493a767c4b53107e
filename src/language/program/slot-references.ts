import { suggest } from '../../base/suggest.ts';
import type { Piece, Program } from '../../ir/manifest.ts';
import { cutList, quote } from '../schema/assertions.ts';
import type { ProgramProblem } from './problem.ts';
import { type ProgramGuard, type ProgramText, partsOf } from './texts.ts';

export type { ProgramProblem } from './problem.ts';

/** What the checks need to know of a slot. */
export interface SlotFacts {
  readonly kind: string;
  readonly optional: boolean;
  readonly multiple: boolean;
}
export type SlotTable = ReadonlyMap<string, SlotFacts>;

/** `${slots…}`, `${item…}`, `when: slots.x` and `each: slots.x`: they must name a slot that can be used that way. */
export function checkSlotReferences(program: Program, slots: SlotTable): readonly ProgramProblem[] {
  const { texts, guards } = partsOf(program);
  return [
    ...guards.flatMap((guard) => checkGuard(guard, slots)),
    ...texts.flatMap((text) => checkText(text, slots)),
  ].sort((a, b) => a.range.start - b.range.start);
}

function checkGuard(guard: ProgramGuard, slots: SlotTable): readonly ProgramProblem[] {
  const { when, each, location, part } = guard;
  if (part === 'endpoint') return endpointGuard(guard);
  const out: ProgramProblem[] = [];
  if (when?.kind === 'slots') {
    const message = slotProblem(when.path, slots, false);
    const kind = part === 'mount' ? 'mount' : 'condition';
    if (message !== undefined)
      out.push({
        kind,
        message: `${location}.when: ${message}`,
        range: when.range,
        location: `${location}.when`,
        label: 'slot condition here',
      });
  }
  if (each?.kind === 'slots') {
    const message = repeatProblem(each.path, slots);
    const kind = part === 'mount' ? 'mount' : 'each';
    if (message !== undefined)
      out.push({
        kind,
        message: `${location}.each: ${message}`,
        range: each.range,
        location: `${location}.each`,
        label: 'repeated slot expansion here',
      });
  }
  return out;
}

const fixed = 'endpoints cannot depend on slots: they are fixed when the scenario is linked';

function endpointGuard({ when, each, location }: ProgramGuard): readonly ProgramProblem[] {
  const out: ProgramProblem[] = [];
  for (const [name, guard] of Object.entries({ when, each })) {
    if (guard?.kind !== 'slots') continue;
    const at = `${location}.${name}`;
    out.push({
      kind: 'endpoint',
      message: `${at}: ${fixed}`,
      range: guard.range,
      location: at,
      label: 'endpoint declared here',
    });
  }
  return out;
}

function endpointText({ template, location, each }: ProgramText): readonly ProgramProblem[] {
  const kinds = new Set(template.pieces.map((piece) => piece.kind));
  const message = kinds.has('slots') ? fixed : kinds.has('item') && !each ? outsideEach : undefined;
  if (message === undefined) return [];
  return [
    {
      kind: 'endpoint',
      message: `${location}: ${message}`,
      range: template.range,
      location,
      label: 'endpoint declared here',
    },
  ];
}

const outsideEach = '`${item…}` has a meaning only inside `each`';

function repeatProblem(name: string, slots: SlotTable): string | undefined {
  const slot = slots.get(name);
  if (!slot) return unknownSlot(name, slots);
  if (slot.kind === 'storage') return `slot \`${name}\` is storage, which has no URL to repeat over; mount it instead`;
  return slot.multiple ? undefined : `slot \`${name}\` takes one connection; \`each\` needs \`multiple: true\``;
}

function checkText(text: ProgramText, slots: SlotTable): readonly ProgramProblem[] {
  if (text.part === 'endpoint') return endpointText(text);
  const seen = new Set<string>();
  return text.template.pieces.flatMap((piece): readonly ProgramProblem[] => {
    const found = checkPiece(piece, text, slots);
    if (!found || seen.has(found.message)) return [];
    seen.add(found.message);
    const kind = text.part === 'mount' ? 'mount' : found.kind;
    const label = found.kind === 'item' ? 'item interpolation here' : 'slot interpolation here';
    return [
      {
        kind,
        message: `${text.location}: ${found.message}`,
        range: text.template.range,
        location: text.location,
        label,
      },
    ];
  });
}

function checkPiece(
  piece: Piece,
  text: ProgramText,
  slots: SlotTable,
): { readonly kind: 'slot' | 'item'; readonly message: string } | undefined {
  if (piece.kind === 'item') {
    if (!text.each) return { kind: 'item', message: outsideEach };
    const fine =
      piece.path === '' ||
      (text.each.kind === 'slots' ? piece.path === 'url' : text.part === 'mount' || piece.path === 'url');
    return fine
      ? undefined
      : {
          kind: 'item',
          message: `an item has no field ${quote(piece.path)}; use \`\${item}\` or \`\${item.url}\``,
        };
  }
  if (piece.kind !== 'slots') return undefined;
  const message = piece.path === '' ? wholeSlots(slots) : slotProblem(piece.path, slots, true);
  return message === undefined ? undefined : { kind: 'slot', message };
}

function wholeSlots(slots: SlotTable): string | undefined {
  for (const [name, slot] of slots) {
    if (slot.kind === 'storage') return `\`\${slots}\` cannot be used: slot \`${name}\` is storage, which has no URL`;
    if (slot.multiple) return `\`\${slots}\` cannot be used: slot \`${name}\` takes several connections`;
  }
  return undefined;
}

/** `strict`: the value is wanted, not only whether there is one. */
function slotProblem(path: string, slots: SlotTable, strict: boolean): string | undefined {
  const [name = '', field, ...rest] = path.split('.');
  const slot = slots.get(name);
  if (!slot) return unknownSlot(name, slots);
  if (field !== undefined && (field !== 'url' || rest.length > 0))
    return `slot \`${name}\` has no field ${quote([field, ...rest].join('.'))}; its only field is \`url\``;
  if (!strict) return undefined;
  if (slot.kind === 'storage') return `slot \`${name}\` is storage, which has no URL; mount it instead`;
  if (slot.multiple) return `slot \`${name}\` takes several connections; repeat over it with \`each: slots.${name}\``;
  return undefined;
}

function unknownSlot(name: string, slots: SlotTable): string {
  const near = slots.size > maxSuggested ? undefined : suggest(name, slots.keys());
  const known = [...slots.keys()].slice(0, maxSuggested).map((slot) => `\`${slot}\``);
  const hint =
    near !== undefined
      ? `did you mean \`${near}\`?`
      : known.length === 0
        ? 'no slots are declared'
        : `the slots are ${cutList(known)}`;
  return `unknown slot ${quote(name)}; ${hint}`;
}

/** A policy may declare as many slots as its answer has bytes, and misspell as many. */
const maxSuggested = 100;
