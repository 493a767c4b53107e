/**
 * Inputs that once took, or would take with a thoughtless search, far more time than they are large. One list for two readers: the
 * test counts steps, which no clock disturbs, and `npm run bench -- bounds` measures the time of the same.
 */

import { judge } from '../../../src/authoring/levels/index.ts';
import { matchesGlob, parseGlob } from '../../../src/base/glob.ts';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { renderText } from '../../../src/diagnostics/render/text.ts';
import { createSink } from '../../../src/diagnostics/sink.ts';
import type { DeploymentPlan } from '../../../src/ir/plan-schema.ts';
import { rootSpace } from '../../../src/language/config/compose.ts';
import { createMatcher } from '../../../src/language/regex/match.ts';
import { canonicalNumber } from '../../../src/language/syntax/number.ts';
import { loadSyntax, parseSyntax } from '../../../src/language/syntax/parse.ts';
import { decodeAnswer } from '../../../src/phases/5-govern/answer.ts';
import { validateAnswer } from '../../../src/phases/5-govern/validate/validate-answer.ts';
import { type ChainHop, linksOf, type Obligation } from '../../../src/plan/prove/obligation.ts';
import { prove } from '../../../src/plan/prove/prove.ts';
import { storageOf } from '../../../src/plan/wiring/storage.ts';
import { diagnosticsOf } from '../phases/3-check/harness.ts';
import { answering, interposer, targets } from '../phases/5-govern/harness.ts';

export interface Workload {
  readonly name: string;
  /** Of the input that the test takes, and then twice of it. */
  readonly size: number;
  /** Of the input that the bench takes, and what it should stay below there on an idle machine. */
  readonly bench: { readonly size: number; readonly ms: number };
  /** Makes the input, which is not counted, and answers what is. */
  readonly prepare: (size: number) => () => unknown;
}

const times = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const list = (count: number, make: (i: number) => string): string => times(count, make).join(', ');

const hop = (name: string, slot = 'up', provide = 'down'): ChainHop => ({
  interposer: name,
  inlet: `${name}.${slot}`,
  outlet: `${name}.${provide}`,
});
const edge = (id: string, source: string, target: string, ...chain: readonly ChainHop[]): Obligation => ({
  edge: id,
  source,
  target,
  chain,
});
/** A search from every end anew would take as many steps as edges times edges. */
const shapes: Readonly<Record<string, (i: number) => Obligation>> = {
  'edges of their own': (i) => edge(`${i}`, `/p${i}.out`, `/c${i}.s`, hop(`/i${i}`), hop(`/j${i}`)),
  'edges from one provider': (i) => edge(`${i}`, '/p.out', `/c${i}.s`, hop(`/i${i}`), hop(`/j${i}`)),
  'edges to one consumer': (i) => edge(`${i}`, `/p${i}.out`, '/c.s', hop(`/i${i}`), hop(`/j${i}`)),
  'edges from one provider through one interposer': (i) => edge(`${i}`, '/p.out', `/c${i}.s`, hop('/i', `s${i}`, 'd')),
  'edges to one consumer through one interposer': (i) => edge(`${i}`, `/p${i}.out`, '/c.s', hop('/i', `s${i}`, 'd')),
  'edges with chains of 40': (i) => edge(`${i}`, '/p.out', `/c${i}.s`, ...times(40, (j) => hop(`/i${i}_${j}`))),
};

/** Each component mounts what its slot is bound to: storage of its own, of a component beside it. */
function storagePlan(size: number): DeploymentPlan {
  const components = times(size, (i) => ({
    moniker: `/c${i}`,
    program: { path: 'run', args: [], mounts: [{ kind: 'slot', slot: 'data', path: '/data' }] },
  }));
  const edges = times(size, (i) => ({
    from: { kind: 'resource', component: `/s${i}`, resource: 'db' },
    to: { component: `/c${i}`, slot: 'data' },
  }));
  const storage = times(size, (i) => ({ id: `/s${i}.resources.db`, params: { size: '1Gi' }, edges: [] }));
  return { components, edges, storage } as unknown as DeploymentPlan;
}

const storage: Workload = {
  name: 'storage behind slots',
  size: 100,
  bench: { size: 4000, ms: 50 },
  prepare: (size) => {
    const plan = storagePlan(size);
    return () => plan.components.map((one) => storageOf(one, plan));
  },
};

const proofs = Object.entries(shapes).map(([name, make]): Workload => {
  const part = name.endsWith('40') ? 20 : 1;
  return {
    name: `proof of ${name}`,
    size: 400 / part,
    bench: { size: 5000 / part, ms: 1500 },
    prepare: (size) => {
      const obligations = times(size, make);
      const links = obligations.flatMap(linksOf);
      return () => prove(obligations, links, { exact: true });
    },
  };
});

const matching = (name: string, pattern: string, text: (size: number) => string): Workload => ({
  name,
  size: 300,
  bench: { size: 5000, ms: 3000 },
  prepare: (size) => {
    const read = parseGlob(pattern);
    if ('fault' in read) throw new Error(read.fault);
    return () => matchesGlob(read.glob, text(size));
  },
});

/** Backtracking would take more steps than there are atoms, but for the smallest sizes. */
const searching = (pattern: string, text: (size: number) => string): Workload => ({
  name: `search for ${pattern}`,
  size: 400,
  bench: { size: 5000, ms: 500 },
  prepare: (size) => {
    const matcher = createMatcher(pattern);
    if (!matcher || 'limit' in matcher) throw new Error(`${pattern} is refused`);
    return () => matcher.search(text(size));
  },
});
const almost = (size: number): string => `${'a'.repeat(size)}!`;

const suppressions: Workload = {
  name: 'suppressions',
  size: 300,
  bench: { size: 10_000, ms: 5000 },
  prepare: (size) => {
    const lines = times(size, (i) => `# headgate-ignore lint/unused-slot: later\nk${i}x: 1`);
    const piled = times(size, () => '# headgate-ignore lint/unused-provide: later');
    const source = { file: 'a.yaml', text: [...lines, ...piled, 'end: 1'].join('\n') };
    let at = 0;
    const found = lines.map((_, i): Diagnostic => {
      at = source.text.indexOf(`k${i}x`, at);
      const place = { file: source.file, range: { start: at, end: at + 1 } };
      return { code: 'lint/unused-slot', aliases: [], severity: 'warning', message: 'x', at: place, related: [] };
    });
    const options = { settingsOf: () => undefined, deny: [], complete: () => true };
    return () => judge(found, new Map([[source.file, source]]), options);
  },
};

const longLine: Workload = {
  name: 'excerpts of a file of one line',
  size: 2000,
  bench: { size: 1_000_000, ms: 2000 },
  prepare: (size) => {
    const source = { file: 'f', text: `{${'"k":1,'.repeat(size)}HERE}` };
    const start = source.text.indexOf('HERE');
    const at = { file: 'f', range: { start, end: start + 4 } };
    const one: Diagnostic = { code: 'x/y', aliases: [], severity: 'error', message: 'x', at, related: [] };
    return () => times(20, () => renderText([one], new Map([['f', source]])));
  },
};

const unknownNames: Workload = {
  name: 'unknown names, and what may be meant',
  size: 1000,
  bench: { size: 4000, ms: 5000 },
  prepare: (n) => {
    const bindings = list(n, (i) => `{ to: "#d${i}.s", from: "slots.x${i}" }`);
    const body = `components: { ${list(n, (i) => `c${i}: "./c.json5"`)} }, bindings: [${bindings}],`;
    return () => diagnosticsOf(body);
  },
};

const wideManifest: Workload = {
  name: 'a wide manifest',
  size: 300,
  bench: { size: 4000, ms: 5000 },
  prepare: (n) => {
    const bindings = list(n, (i) => `{ to: "#c${i}.s", from: "#c${(i * 7) % n}.x" }`);
    const exports = list(n, (i) => `e${i}: "#c${i}.x"`);
    const components = list(n, (i) => `c${i}: "./c.json5"`);
    const body = `components: { ${components} }, bindings: [${bindings}], exports: { ${exports} },`;
    return () => diagnosticsOf(body);
  },
};

const comments: Workload = {
  name: 'comments before anything else',
  size: 1000,
  bench: { size: 100_000, ms: 2000 },
  prepare: (size) => {
    const source = { file: 'manifest', text: `${'/**/'.repeat(size)}: [` };
    return () => parseSyntax(source, createSink());
  },
};

const digits: Workload = {
  name: 'digits of a number',
  size: 5000,
  bench: { size: 1_000_000, ms: 1000 },
  prepare: (size) => () => [canonicalNumber('9'.repeat(size)), canonicalNumber(`${'0'.repeat(size)}12`)],
};

const misspelt: Workload = {
  name: 'misspelt names in an answer',
  size: 2000,
  bench: { size: 5000, ms: 3000 },
  prepare: (size) => {
    const slots = Object.fromEntries(times(size, (i) => [`slot${i}`, { kind: 'http', optional: true }]));
    const attachments = times(size, (target) => ({
      target,
      interposer_slot: `slto${target}`,
      interposer_provide: `x${target}`,
    }));
    const args = times(size, (i) => `\${slots.slto${i}.url}\${config.wrod${i}}`);
    const text = answering({ interposer: { ...interposer, slots, program: { path: '/x', args } }, attachments });
    const space = rootSpace({ type: 'object', properties: { word: { type: 'string' } } });
    return () => {
      const { answer } = decodeAnswer(text);
      if (!answer) throw new Error('the answer cannot be decoded');
      return validateAnswer({ answer, scope: { schema: space.schema, space }, targets });
    };
  },
};

/** To be awaited before anything is prepared. */
export const ready = async (): Promise<void> => {
  await loadSyntax('json5');
  await loadSyntax('yaml');
};

export const workloads: readonly Workload[] = [
  ...proofs,
  storage,
  matching('a glob of many stars', `${'*a'.repeat(20)}*b`, (size) => 'a'.repeat(size)),
  matching('a glob of many folders', `${'**/a/'.repeat(20)}b`, (size) => 'a/'.repeat(size)),
  searching('^(a+)+$', almost),
  searching('^(a|a)*$', almost),
  searching('(.*)(.*)(.*)(.*)(.*)[^a!]$', almost),
  searching('(x+x+)+y', (size) => 'x'.repeat(size)),
  searching('^(?=(a+)+b)', almost),
  searching('(?<=(a+)+b)c', almost),
  searching('^(?!(a*)*!$)', almost),
  suppressions,
  longLine,
  unknownNames,
  wideManifest,
  comments,
  digits,
  misspelt,
];
