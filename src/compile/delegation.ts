/** What the operator has delegated, for the plan. Apart from compile.ts, so that a scenario without it loads none of it. */
import { digestOf } from '../base/digest.ts';
import type { SourceText } from '../base/text.ts';
import * as D from '../diagnostics/catalogue/settings.ts';
import { createSink, type Sink } from '../diagnostics/sink.ts';
import type { DelegationFile } from '../ir/runtime-settings.ts';
import type { ReadDelegation } from '../language/delegation/delegation.ts';
import { readDelegation } from '../language/delegation/read-delegation.ts';
import { createParser, prepareParser } from '../phases/1-parse/index.ts';

export interface Delegations {
  /** As in `sources` of the plan. */
  readonly name: string;
  readonly digest: string;
  readonly all: readonly ReadDelegation[];
}

/** Undefined after an error was reported. */
export async function readDelegations(
  { name, at, bytes, fault }: DelegationFile,
  sink: Sink,
  sources: Map<string, SourceText>,
): Promise<Delegations | undefined> {
  if (!bytes) {
    sink.report(D.delegationFile({ path: name === '' ? '.' : name, reason: fault ?? 'nobody has read it' }, { at }));
    return undefined;
  }
  const found = createSink();
  const source = createParser().text(name, bytes, found);
  await prepareParser(name);
  const all = source && readDelegation(source, found);
  for (const diagnostic of found.diagnostics) sink.report(diagnostic);
  // What only the plan knows of it is told there as well.
  if (source) sources.set(name, source);
  return all && { name, digest: digestOf(bytes), all };
}
