/** The matrix of edges and non-edges once more: every row judged, and every edge and every provide of the plan among the rows. */
import { isObject, type JsonValue } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { edgesOf, isSlotEdge } from '../../wiring/edges.ts';
import { expected, holds, type MatrixRow } from '../enforcement.ts';
import { evidenceStatement } from '../evidence-statement.ts';
import { fault, inspectThere } from '../fault.ts';
import { evidencePath, journalFile } from '../folder.ts';
import type { Readings } from '../read.ts';
import { verdictIn } from '../statement.ts';

export function checkEnforcement({ entries = [], evidence, plan }: Readings): readonly Blocked[] {
  return entries.flatMap((entry) => {
    if (entry.type !== 'outcome' || entry.action.type !== 'enforcement.prove') return [];
    const place = `${journalFile} line ${entry.seq + 1}`;
    const refuse = (reason: string): readonly Blocked[] => [fault('enforcement_differs', place, reason, inspectThere)];
    const { evidence: digest, state } = entry.data;
    if (digest === undefined) return state === 'succeeded' ? refuse('it succeeded, and names no evidence') : [];
    const statement = evidenceStatement(evidence.get(digest)?.value);
    const blobs = statement?.predicate['blobs'];
    const [blob] = Array.isArray(blobs) ? (blobs as readonly JsonValue[]) : [];
    const named = isObject(blob) ? blob['digest'] : undefined;
    const matrix = typeof named === 'string' ? matrixIn(evidence.get(named)?.value) : undefined;
    // That it is missing was told where it was read.
    if (!statement || typeof named !== 'string' || !evidence.has(named)) return [];
    if (!matrix) return refuse(`${evidencePath(named)} is not a matrix of edges`);
    if (statement.subjects.get('matrix') !== named.slice('sha256:'.length))
      return refuse(`${evidencePath(digest)} is about another matrix than the one that it names`);
    const differing = matrix.rows.filter((row) => !holds(row));
    const passed = differing.length > 0 ? false : matrix.untried.length > 0 ? null : true;
    if (statement.predicate['passed'] !== passed)
      return refuse(
        `${evidencePath(digest)} says passed: ${String(statement.predicate['passed'])}, and its rows say ${passed}`,
      );
    const [first] = differing;
    const verdict = verdictIn(entries)?.data;
    const isLast = !entries.some(({ type, seq }) => type === 'start' && seq > entry.seq);
    if (first && isLast && verdict?.state === 'COMPLETE')
      return refuse(
        `from ${first.from}: ${first.what} ${first.target} is to be ${expected(first.what)}, and was found ${first.found}`,
      );
    const missing = plan ? missingIn(plan, matrix) : [];
    return missing.length > 0 ? refuse(`nobody tried ${missing.slice(0, 5).join(', ')}`) : [];
  });
}

interface Matrix {
  readonly rows: readonly MatrixRow[];
  readonly untried: readonly string[];
}

function matrixIn(value: JsonValue | undefined): Matrix | undefined {
  if (!isObject(value)) return undefined;
  const { rows, untried } = value;
  if (!Array.isArray(rows) || !Array.isArray(untried)) return undefined;
  const isRow = (row: JsonValue): boolean =>
    isObject(row) && ['from', 'what', 'target', 'found'].every((name) => typeof row[name] === 'string');
  if (!rows.every(isRow) || !untried.every((one) => typeof one === 'string')) return undefined;
  return { rows: rows as unknown as readonly MatrixRow[], untried: untried as readonly string[] };
}

/** What the plan has, and no row is about. O(components² + edges + rows). */
function missingIn(plan: DeploymentPlan, { rows, untried }: Matrix): readonly string[] {
  const passed = new Set(untried);
  const tried = new Set(rows.map(({ from, what, target }) => `${from} ${what} ${target}`));
  const monikers = plan.components.filter(({ program }) => program !== null).map(({ moniker }) => moniker);
  const from = new Set(rows.map((row) => row.from));
  const silent = monikers.filter((moniker) => !from.has(moniker) && !passed.has(moniker));
  const edges = edgesOf(plan)
    .filter(isSlotEdge)
    .filter(({ from: end, to }) => !passed.has(to.moniker) && !(end.kind === 'component' && end.moniker === to.moniker))
    .filter(
      ({ key, to }) =>
        !['edge', 'ended-edge', 'external-edge'].some((what) => tried.has(`${to.moniker} ${what} ${key}`)),
    )
    .map(({ key }) => `edge ${key}`);
  const outside = monikers
    .filter((moniker) => from.has(moniker) && !rows.some((row) => row.from === moniker && row.what === 'outside'))
    .map((moniker) => `the world from ${moniker}`);
  return [...silent.map((moniker) => `anything from ${moniker}`), ...edges, ...outside];
}
