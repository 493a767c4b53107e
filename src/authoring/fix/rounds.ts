/**
 * Fix, check again, fix what came to light: until nothing is left to fix. In memory; what came of it is written by somebody else.
 */
import type { Sources } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Fix, FixKind } from '../../diagnostics/fix.ts';
import { loadSyntaxOf } from '../../language/syntax/parse.ts';
import { applyFixes } from './apply.ts';

export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

export interface RoundOptions {
  readonly kinds: readonly FixKind[];
  readonly mayChange: (file: string) => boolean;
  /** Checks everything again with other texts for some files. */
  readonly recheck: (texts: ReadonlyMap<string, string>) => Promise<Checked>;
}

export interface Fixed extends Checked {
  /** New texts, of the files that differ from what was there. */
  readonly texts: ReadonlyMap<string, string>;
  /** How many fixes were applied. */
  readonly count: number;
}

const maxRounds = 10;
/** A removal that breaks something is looked for among the others; that must end. */
const maxChecks = 40;

interface Run extends RoundOptions {
  readonly before: Sources;
  readonly refused: Set<string>;
  checks: number;
}

interface State extends Checked {
  readonly texts: ReadonlyMap<string, string>;
  readonly count: number;
}

/** What repairs comes first: only then is it known what nobody uses. */
export async function fixInRounds(checked: Checked, options: RoundOptions): Promise<Fixed> {
  // What was read without a library may not be any more once a fix is made.
  await loadSyntaxOf(checked.sources.values());
  const run: Run = { ...options, before: checked.sources, refused: new Set(), checks: 0 };
  let state: State = { ...checked, texts: new Map(), count: 0 };
  for (let round = 0; round < maxRounds && run.checks < maxChecks; round++) {
    const next = (await step(state, fixesOf(state, run, 'safe'), run)) ?? (await removeUnused(state, run));
    if (!next) break;
    state = next;
  }
  const texts = new Map([...state.texts].filter(([file, text]) => text !== checked.sources.get(file)?.text));
  return { ...state, texts };
}

function fixesOf({ diagnostics }: Checked, { kinds, mayChange, refused }: Run, kind: FixKind): readonly Fix[] {
  if (!kinds.includes(kind)) return [];
  return diagnostics.flatMap(({ fixes = [] }) => {
    const fix = fixes.find((one) => one.kind === kind);
    return fix?.edits.every(({ at }) => mayChange(at.file)) && !refused.has(refusal(fix)) ? [fix] : [];
  });
}

/** Places shift from round to round, titles and files do not. */
const refusal = ({ title, edits }: Fix): string => `${title} ${edits[0]?.at.file}`;

async function step(state: State, fixes: readonly Fix[], run: Run): Promise<State | undefined> {
  const { texts, applied } = applyFixes(fixes, state.sources);
  if ([...texts].every(([file, text]) => text === state.sources.get(file)?.text)) return undefined;
  run.checks++;
  const all = new Map([...state.texts, ...texts]);
  return { ...(await run.recheck(all)), texts: all, count: state.count + applied.length };
}

/** Something may depend on what is removed that cannot be seen from where it stands. Then it stays. */
async function removeUnused(state: State, run: Run): Promise<State | undefined> {
  const known = errorsOf(state);
  const isGood = (next: State): boolean => {
    const now = errorsOf(next);
    return [...now].every(([error, times]) => times <= (known.get(error) ?? 0));
  };
  let good: State | undefined;
  let kept: readonly Fix[] = [];
  const open: (readonly Fix[])[] = [fixesOf(state, run, 'remove')];
  for (let part = open.pop(); part && run.checks < maxChecks; part = open.pop()) {
    if (part.length === 0) continue;
    const next = await step(state, [...kept, ...part], run);
    if (!next) continue;
    if (isGood(next)) {
      good = next;
      kept = [...kept, ...part];
    } else if (part.length === 1) run.refused.add(refusal(part[0] as Fix));
    else {
      const middle = part.length >> 1;
      open.push(part.slice(middle), part.slice(0, middle));
    }
  }
  return good;
}

/** Without places, which shift; a lint is no error, however loud it was made. */
function errorsOf({ diagnostics }: Checked): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { severity, code, at, message } of diagnostics) {
    if (severity !== 'error' || code.startsWith('lint/')) continue;
    const key = `${code} ${at?.file ?? ''} ${message}`;
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}
