/** Every code there is, for settings, comments and options that name one. */
import { suggest } from '../base/suggest.ts';
import * as answer from './catalogue/answer.ts';
import * as attest from './catalogue/attest.ts';
import * as budget from './catalogue/budget.ts';
import * as bundle from './catalogue/bundle.ts';
import * as checkBindings from './catalogue/check/bindings.ts';
import * as checkChildTemplates from './catalogue/check/child-templates.ts';
import * as checkConfig from './catalogue/check/config.ts';
import * as checkEnvironments from './catalogue/check/environments.ts';
import * as checkMounts from './catalogue/check/mounts.ts';
import * as checkNames from './catalogue/check/names.ts';
import * as checkPrograms from './catalogue/check/programs.ts';
import * as checkProvides from './catalogue/check/provides.ts';
import * as checkVersions from './catalogue/check/versions.ts';
import * as cli from './catalogue/cli.ts';
import * as contract from './catalogue/contract.ts';
import * as delegation from './catalogue/delegation.ts';
import * as emit from './catalogue/emit.ts';
import * as emitKubernetes from './catalogue/emit-kubernetes.ts';
import * as fix from './catalogue/fix.ts';
import * as format from './catalogue/format.ts';
import * as govern from './catalogue/govern.ts';
import * as init from './catalogue/init.ts';
import * as ir from './catalogue/ir.ts';
import * as link from './catalogue/link.ts';
import * as lint from './catalogue/lint.ts';
import * as lock from './catalogue/lock.ts';
import * as parse from './catalogue/parse.ts';
import * as resolve from './catalogue/resolve.ts';
import * as scenarioLints from './catalogue/scenario-lints.ts';
import * as secrets from './catalogue/secrets.ts';
import * as settings from './catalogue/settings.ts';
import * as suppressions from './catalogue/suppressions.ts';
import * as test from './catalogue/test.ts';
import * as vault from './catalogue/vault.ts';
import * as verify from './catalogue/verify.ts';
import type { Severity } from './diagnostic.ts';

export interface KnownCode {
  readonly code: string;
  readonly aliases: readonly string[];
  readonly severity: Severity;
  readonly title: string;
}

const catalogues: readonly object[] = [
  answer,
  attest,
  budget,
  bundle,
  checkBindings,
  checkChildTemplates,
  checkConfig,
  checkEnvironments,
  checkMounts,
  checkNames,
  checkPrograms,
  checkProvides,
  checkVersions,
  cli,
  contract,
  delegation,
  emit,
  emitKubernetes,
  fix,
  format,
  govern,
  init,
  ir,
  link,
  lint,
  scenarioLints,
  secrets,
  lock,
  parse,
  resolve,
  settings,
  suppressions,
  test,
  vault,
  verify,
];

const isDefinition = (value: unknown): value is KnownCode => typeof value === 'function' && 'code' in value;

let byName: ReadonlyMap<string, readonly KnownCode[]> | undefined;

function names(): ReadonlyMap<string, readonly KnownCode[]> {
  if (byName) return byName;
  const found = new Map<string, KnownCode[]>();
  for (const { code, aliases, severity, title } of catalogues
    .flatMap((file) => Object.values(file))
    .filter(isDefinition)) {
    for (const name of [code, ...aliases]) {
      const same = found.get(name) ?? [];
      same.push({ code, aliases, severity, title });
      found.set(name, same);
    }
  }
  byName = found;
  return found;
}

/** What a name means: one code for a code, one or more for an alias, none for a name that nobody knows. */
export const codesNamed = (name: string): readonly KnownCode[] => names().get(name) ?? [];

/** Codes and aliases. */
export const allNames = (): readonly string[] => [...names().keys()];

/** The name that was probably meant; the part behind the slash or the colons alone will do. */
export function nearestName(typed: string): string | undefined {
  const all = allNames();
  const tail = typed.slice(typed.lastIndexOf('/') + 1).replace(/^.*::/, '');
  const ends = (mark: string): readonly string[] => all.filter((name) => name.endsWith(mark + tail));
  const named = tail === '' ? [] : [...ends('/'), ...ends('::')];
  if (named.length === 1) return named[0];
  return suggest(typed, all);
}
