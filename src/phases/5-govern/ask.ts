import * as D from '../../diagnostics/catalogue/govern.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { ComponentId } from '../../ir/graph.ts';
import type { PolicyEntry } from '../../ir/linked.ts';
import type { PolicyMode, PolicySetting } from '../../ir/policy-settings.ts';
import { protocolVersion } from '../../ir/protocol.ts';
import type { PolicyAsk, PolicyLimits, PolicyOutcome } from '../../ports/policy-client.ts';
import type { ScopeView } from './scope.ts';

/** A reference whose value some program of a policy is given. */
export interface ReadReference {
  readonly component: ComponentId;
  /** Of the component's config. */
  readonly path: string;
  /** As it is written. */
  readonly reference: string;
  /** Of the root config, where that gives it. */
  readonly root?: string;
}

/** One line of one policy list, with what its scope is shown. */
export interface Question {
  readonly view: ScopeView;
  readonly entry: PolicyEntry;
  readonly listIndex: number;
  /** Set when the policy runs already (`--policy NAME=URL`). */
  readonly url?: string;
  /** What the settings say of it. */
  readonly setting?: PolicySetting;
  readonly mode: PolicyMode;
  readonly limits: PolicyLimits;
  /** Secret root config whose values it reads. */
  readonly secrets: readonly string[];
  /** References to secrets of vaults whose values it is given. */
  readonly references: readonly ReadReference[];
}

/** The body stays exactly as the reference writes it; everything that headgate adds travels in headers. */
export function toAsk(question: Question, index: number, monikerOf: (entry: PolicyEntry) => string): PolicyAsk {
  const { entry, view, url, limits } = question;
  return {
    id: String(index),
    display: `${entry.display} (${entry.ref})`,
    to: url === undefined ? { moniker: monikerOf(entry), port: entry.port, protocol: entry.protocol } : { url },
    get body() {
      return view.body;
    },
    shared: view.sharing,
    headers: headersOf(question),
    limits,
  };
}

export const headersOf = ({ entry, view }: Pick<Question, 'entry' | 'view'>): Readonly<Record<string, string>> => ({
  'headgate-protocol': protocolVersion,
  'headgate-scope': encodeURI(view.scope.moniker),
  'headgate-policy': encodeURI(entry.ref),
});

/** A policy that could not be asked, at the list entry that named it. */
export function reportOutcome(
  { entry, view }: Question,
  outcome: Extract<PolicyOutcome, { ok: false }>,
  sink: Sink,
): void {
  const about = { policy: entry.ref, scope: view.scope.moniker, elapsedMs: outcome.elapsedMs };
  const said =
    outcome.stderrTail === undefined || outcome.stderrTail.trim() === ''
      ? undefined
      : `its last words on stderr:\n${outcome.stderrTail.trimEnd()}`;
  const body =
    outcome.bodyPreview === undefined || outcome.bodyPreview === ''
      ? undefined
      : `its answer began:\n${outcome.bodyPreview}`;
  const help = [outcome.help, said, body].filter((part) => part !== undefined).join('\n');
  const place = { at: entry.at, label: 'named here', ...(help === '' ? {} : { help }) };
  if (outcome.phase === 'sandbox') sink.report(D.policySandbox({ ...about, reason: outcome.message }, place));
  else if (outcome.phase === 'start' || outcome.phase === 'ready')
    sink.report(D.policyStart({ ...about, reason: outcome.message }, place));
  else sink.report(D.policyAsk({ ...about, phase: outcome.phase, reason: outcome.message }, place));
}
