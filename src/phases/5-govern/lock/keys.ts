/** Keys are content: what was asked, of whom, in which version of the protocol. */
import { digestOf } from '../../../base/digest.ts';
import { canonicalJson, type JsonValue } from '../../../base/json.ts';
import { sortedBy } from '../../../base/order.ts';
import type { ComponentId } from '../../../ir/graph.ts';
import { componentAt, monikerOf } from '../../../ir/graph-index.ts';
import type { Linked, PolicyEntry } from '../../../ir/linked.ts';
import type { LockedFile } from '../../../ir/lock.ts';
import { protocolVersion } from '../../../ir/protocol.ts';
import { displayName } from '../../../language/urls.ts';
import { headersOf, type Question } from '../ask.ts';
import { namedFiles } from './program-urls.ts';

export interface KeyContext {
  /** Names of files are relative to it. */
  readonly baseDir: string;
  /** Digest of the bytes of a file; undefined where there is none. */
  readonly digestOfFile: (url: string) => Promise<string | undefined>;
}

export interface QuestionKey {
  readonly key: string;
  readonly protocol: string;
  readonly policyDigest: string;
  readonly files: readonly LockedFile[];
}

export async function keysOf(
  linked: Linked,
  questions: readonly Question[],
  ctx: KeyContext,
): Promise<readonly QuestionKey[]> {
  const files = new Map<ComponentId, Promise<readonly LockedFile[]>>();
  const filesOf = (id: ComponentId): Promise<readonly LockedFile[]> => {
    const found = files.get(id) ?? programFiles(linked, id, ctx);
    files.set(id, found);
    return found;
  };
  return Promise.all(
    questions.map(async (question): Promise<QuestionKey> => {
      const { entry, view } = question;
      const all = (await Promise.all(entry.members.map(filesOf))).flat();
      const distinct = sortedBy([...new Map(all.map((file) => [file.name, file])).values()], ({ name }) => name);
      const policyDigest = digestOf(canonicalJson(contentOf(linked, entry, distinct)));
      const key = { headers: headersOf(question), policy: policyDigest, request: view.requestDigest };
      return { key: digestOf(canonicalJson(key)), protocol: protocolVersion, policyDigest, files: distinct };
    }),
  );
}

/** Everything that decides what the policy is, without a place, a number or a value of the root config. */
function contentOf(linked: Linked, entry: PolicyEntry, files: readonly LockedFile[]): JsonValue {
  const { graph, spaces } = linked.policies;
  const root = monikerOf(graph.components, entry.members[0] as ComponentId);
  const nameOf = (id: ComponentId): string => monikerOf(graph.components, id).slice(root.length);
  return {
    answers: { component: nameOf(entry.component), port: entry.port, protocol: entry.protocol },
    members: entry.members.map((id) => {
      const { digest, program } = componentAt(graph.components, id);
      return {
        name: nameOf(id),
        manifest: digest,
        program: program as JsonValue,
        config: (spaces[id]?.value ?? null) as unknown as JsonValue,
      };
    }),
    files: files.map(({ name, digest }) => ({ name, digest })),
  };
}

/** Files beside or below the manifest that its `path` program names, by itself or among its arguments. */
export async function programFiles(linked: Linked, id: ComponentId, ctx: KeyContext): Promise<readonly LockedFile[]> {
  const component = linked.policies.graph.components[id];
  const found = await Promise.all(
    (component ? namedFiles(component) : []).map(async (file): Promise<readonly LockedFile[]> => {
      const digest = await ctx.digestOfFile(file);
      return digest === undefined ? [] : [{ name: displayName(file, ctx.baseDir), digest }];
    }),
  );
  return found.flat();
}
