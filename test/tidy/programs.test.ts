/** What headgate starts for itself is found in folders of the system, and never through a PATH. */
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles, withoutComments } from '../support/source-files.ts';

/** Who starts processes, and what. */
const starts: Readonly<Record<string, string>> = {
  'src/adapters/sandbox/bubblewrap.ts': 'bubblewrap, as systemProgram found it',
  'src/adapters/sandbox/launch.ts':
    'bubblewrap, through the perl of the system, as systemProgram found both; without a sandbox the node that runs',
  'src/adapters/sandbox/agent/agent.ts': 'bubblewrap; without a sandbox the program, as locateProgram found it',
  'src/adapters/sandbox/agent/prover.ts': 'bubblewrap, with the gate that the agent was told of',
  'src/adapters/sandbox/no-core-dumps.ts': 'prlimit, as systemProgram found it',
  'src/adapters/sandbox/self-check/attempts.ts':
    'inside a sandbox, perl or python3 of the system: they make a system call by its number',
  'src/adapters/sync/git/call.ts': 'git, as systemProgram found it',
  'src/adapters/sync/ignore/git-own.ts': 'git, as systemProgram found it',
  'src/cli/run-detached.ts': 'the node that runs',
  'src/cli/start/start-server.ts': 'the node that runs, or the executable that does',
  'src/runtime/support-bundle/machine.ts': 'bubblewrap, git and docker for their versions, as systemProgram found them',
  'src/runtime/deploy/call.ts': 'docker, Compose and kubectl, as the user has them: they speak for the user',
  'src/runtime/deploy/die-with.ts': '/bin/sh, which ends those when headgate is gone',
  'src/policy/serve/generation.ts': 'the node that runs, or the program of a policy, as locateProgram found it',
};

/** Who reads or sets a PATH, and what for. */
const paths: Readonly<Record<string, string>> = {
  'src/adapters/sandbox/agent/program.ts': 'the PATH of a program, for the reason why it cannot be started',
  'src/adapters/sandbox/locate-here.ts': 'programs of manifests, the last place that they are looked up in',
  'src/adapters/sandbox/prepare.ts': 'the PATH of a program, which is set there',
  'src/adapters/sandbox/program-place.ts': 'which installations the user runs programs of',
  'src/adapters/sync/git/call.ts': 'the PATH of git, which is set there: the folders of the system',
  'src/adapters/sync/ignore/git-own.ts': 'the PATH of git, which is set there: the folders of the system',
  'src/app/policy-source.ts': 'handed on to the policy that is served',
  'src/runtime/deploy/call.ts': 'where the user has docker, Compose and kubectl: whole paths alone',
  'src/cli/init/create.ts': 'whether people can call headgate by its name',
};

const STARTS = /\b(?:spawn|spawnSync|execFile|execFileSync|execSync|fork)\(/;
const BARE = /(?<![\w/])(?:spawn|spawnSync|execFile|execFileSync|execSync|(?<!\.)exec|fork)\(\s*['"`](?!\/)/;
const PATH = /\benv\b[^\n]*['"]PATH['"]|['"]PATH['"][^\n]*\benv\b|\[\s*'PATH'|\.PATH\b|^\s*PATH:/m;

const code = ({ text }: SourceFile): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

describe('programs', () => {
  const files = sourceFiles('src');

  it('are started in few places, each of which says what', () => {
    const found = files.filter(({ text }) => STARTS.test(withoutComments(text))).map(({ path }) => path);
    expect(found.sort()).toEqual(Object.keys(starts).sort());
  });

  it('are never started by a bare name', () => {
    expect(files.filter((file) => BARE.test(code(file))).map(({ path }) => path)).toEqual([]);
  });

  it('are not looked up in a PATH, but for those of manifests', () => {
    const found = files.filter((file) => PATH.test(code(file))).map(({ path }) => path);
    expect(found.sort()).toEqual(Object.keys(paths).sort());
  });

  it.each(["spawn('git', [])", 'execFile("python3")', 'spawnSync(\n  `sh`'])('are caught at %j', (text) => {
    expect(BARE.test(code({ path: 'src/x.ts', text }))).toBe(true);
  });
});
