import { type Cli, exitCode } from '../../../app/cli.ts';
import { codeFiles } from '../../../app/code-files.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { loadParser } from '../../../authoring/git-remote/javascript-tree.ts';
import type { Finding } from '../../../authoring/git-remote/markers.ts';
import { findingsIn } from '../../../authoring/git-remote/read-file.ts';
import { printable } from '../../../diagnostics/render/width.ts';

export interface LintGitRemoteFlags {
  readonly format?: 'text' | 'json';
}

const marker = 'headgate:allow-git-remote: REASON';
const help: Readonly<Record<Finding['rule'], string>> = {
  'git-remote': `work on local refs only; where it is meant, write \`${marker}\` in a comment on that line or above`,
  'marker-without-reason': `write why: \`${marker}\``,
  'stale-marker': 'remove it',
  unreadable: 'mend it, or leave it out of the paths',
};

/** 0 when nothing is found, 1 when something is. */
export async function lintGitRemoteCommand(
  cli: Cli,
  paths: readonly string[],
  { format }: LintGitRemoteFlags,
): Promise<number> {
  const found = await codeFiles(paths.length === 0 ? ['.'] : paths, cli.cwd);
  if ('fault' in found) throw new UsageError(found.fault);
  const parse = await loadParser();
  const findings: (Finding & { readonly path: string })[] = [];
  for (const { name, language, text } of found.files)
    for (const finding of findingsIn(name, await text(), language, parse)) findings.push({ path: name, ...finding });
  if (format === 'json') {
    const told = findings.map((one) => ({ ...one, help: help[one.rule] }));
    const summary = { files: found.files.length, findings: findings.length };
    await cli.out(`${JSON.stringify({ version: 1, findings: told, summary }, null, 2)}\n`);
  } else {
    for (const { path, line, column, rule, message } of findings)
      await cli.out(printable(`${path}:${line}:${column}: ${message} [${rule}]`).concat('\n'));
    for (const rule of new Set(findings.map((one) => one.rule))) await cli.err(`help: ${rule}: ${help[rule]}\n`);
    const files = `${found.files.length} ${found.files.length === 1 ? 'file' : 'files'}`;
    await cli.err(`${files}, ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}\n`);
  }
  return findings.length === 0 ? exitCode.ok : exitCode.errors;
}
