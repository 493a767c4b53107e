/** What a frozen compile needs: digests of everything, and beside them the questions and answers themselves. */
import { digestOf } from '../../base/digest.ts';
import { sortedBy } from '../../base/order.ts';
import type { PolicyRecord } from '../../ir/governed.ts';
import type { LockedPolicy, LockedRemote } from '../../ir/lock.ts';
import { protocolVersion } from '../../ir/protocol.ts';
import type { ManifestTree } from '../../ir/tree.ts';
import { lockName, lockSchema, lockVersion, recordingName, recordingsSuffix } from '../../language/lock/format.ts';
import { formatOf } from '../../language/syntax/parse.ts';
import type { CompileEmitter } from './emitter.ts';

export const lock: CompileEmitter = {
  kind: 'lock',
  shape: 'file',
  companions: recordingsSuffix,
  emit: ({ plan, governed, from }) => {
    // Nobody said that a lock was wanted.
    if (from.kind === 'ir' || governed.policies.some(({ recording }) => !recording)) return new Map();
    const files = new Map<string, string>();
    const remotes = remoteManifests(from.tree, files);
    const policies = governed.policies.map((record) => lockedPolicy(record, files));
    const text = {
      schema: lockSchema,
      version: lockVersion,
      protocol: protocolVersion,
      root: plan.scenario.root,
      sources: plan.sources.map(({ name, digest, kind }) => ({ name, digest, kind })),
      remotes,
      policies,
    };
    return new Map([[lockName, `${JSON.stringify(text, null, 2)}\n`], ...sortedBy(files, ([name]) => name)]);
  },
};

function lockedPolicy(record: PolicyRecord, files: Map<string, string>): LockedPolicy {
  const { scope, entry, requestDigest, answerDigest, sandbox, recording } = record;
  const answer = answerDigest ?? '';
  files.set(recordingName(requestDigest, 'request'), recording?.request ?? '');
  files.set(recordingName(answer, 'answer'), recording?.answer ?? '');
  return {
    scope: scope.moniker,
    policy: entry.ref,
    key: recording?.key ?? '',
    policyDigest: recording?.policyDigest ?? '',
    requestDigest,
    answerDigest: answer,
    files: recording?.files ?? [],
    sandbox,
    ...(recording?.protocol === '2' ? { protocol: '2' as const } : {}),
  };
}

function remoteManifests(tree: ManifestTree, files: Map<string, string>): readonly LockedRemote[] {
  const remotes = new Map<string, LockedRemote>();
  for (const { requested, loaded } of tree.documents) {
    const source = tree.sources.get(loaded.display);
    if (!/^https?:/i.test(requested) || !source) continue;
    const digest = digestOf(source.text);
    files.set(recordingName(digest, 'manifest'), source.text);
    remotes.set(requested, { url: requested, loaded: loaded.url, digest, format: formatOf(source) });
  }
  return sortedBy(remotes.values(), ({ url }) => url);
}
