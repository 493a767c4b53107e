/** Questions to a repository of ours. */
import { callGit } from './call.ts';

/** Undefined where one of the two is not there whole. */
export async function isAncestor(gitDir: string, older: string, newer: string): Promise<boolean | undefined> {
  const { code } = await callGit({ gitDir, args: ['merge-base', '--is-ancestor', older, newer] });
  return code === 0 ? true : code === 1 ? false : undefined;
}

export const isCommit = async (gitDir: string, id: string): Promise<boolean> =>
  (await callGit({ gitDir, args: ['cat-file', '-t', id] })).out.toString('latin1').trim() === 'commit';

/** By id; those that are not there are not among them. */
export async function typesOf(gitDir: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const args = ['cat-file', '--batch-check=%(objectname) %(objecttype)'];
  const { out } = await callGit({ gitDir, args, input: `${ids.join('\n')}\n` });
  const found = out.toString('latin1').matchAll(/^([0-9a-f]+) (commit|tag|tree|blob)$/gm);
  return new Map([...found].map(([, id = '', type = '']) => [id, type]));
}

/** It leads to commits that the others do not lead to. Undefined where that cannot be told. */
export async function hasNews(gitDir: string, id: string, others: readonly string[]): Promise<boolean | undefined> {
  const end = await callGit({ gitDir, args: ['rev-list', '-n', '1', id, '--not', ...others, '--'] });
  return end.code === 0 ? end.out.length > 0 : undefined;
}

export type MergeEnd =
  | { readonly tree: string }
  | { readonly conflicts: readonly string[] }
  | { readonly unrelated: true }
  | { readonly said: string };

/** Without drivers of any repository, and without a working tree. */
export async function mergeTrees(gitDir: string, ours: string, theirs: string): Promise<MergeEnd> {
  const base = await callGit({ gitDir, args: ['merge-base', ours, theirs] });
  if (base.code === 1) return { unrelated: true };
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs];
  const { code, out, said } = await callGit({ gitDir, args });
  const [tree = '', ...names] = out.toString('latin1').split('\0');
  if (code === 0) return { tree };
  if (code === 1) return { conflicts: [...new Set(names.filter((name) => name !== ''))] };
  return { said: code === 129 ? 'it is older than 2.38, and merges only in a working tree' : said };
}
