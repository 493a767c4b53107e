import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser, type ParseTree } from '../../../../src/authoring/git-remote/javascript-tree.ts';
import { findingsIn, type Language, languageOf } from '../../../../src/authoring/git-remote/read-file.ts';

let parse: ParseTree;
beforeAll(async () => {
  parse = await loadParser();
});

const found = (language: Language, text: string): readonly string[] =>
  findingsIn('a', text, language, parse).map(({ rule, line, message }) => `${line} ${rule} ${message}`);
const rules = (language: Language, text: string): readonly string[] =>
  findingsIn('a', text, language, parse).map(({ rule }) => rule);

describe('what writes to a remote repository', () => {
  it.each<[Language, string]>([
    ['javascript', `exec('git push');`],
    ['javascript', `exec("git   push origin main");`],
    ['javascript', 'exec(`git -C ${dir} push ${remote}`);'],
    ['javascript', `exec('cd ' + dir + ' && git ' + '-C x ' + 'push');`],
    ['javascript', `spawn('git', ['push']);`],
    ['javascript', `spawn('git', [\n  '-C',\n  dir,\n  'push',\n  'origin',\n]);`],
    ['javascript', `spawn('/usr/bin/git', ['-c', 'user.name=x', 'push']);`],
    ['javascript', `execFile('git', ['--git-dir=' + dir, 'send-pack', url]);`],
    ['javascript', `const args = ['-C', dir];\nargs.push('push', 'origin');\nspawn('git', args);`],
    ['javascript', `const sub: string = 'push';\nspawnSync('git', [sub]);`],
    ['javascript', `const base = ['git', '-C', d]; run([...base, 'push']);`],
    ['javascript', `run(['git'].concat(['push']));`],
    ['javascript', `run(['git', 'push'].join(' '));`],
    ['javascript', `const git = (...args) => execFileSync('git', args);\ngit('push', 'origin');`],
    ['javascript', `function inRepo(args: string[]) { return spawn('git', ['-C', r, ...args]); }\ninRepo(['push']);`],
    ['javascript', `await runGit(dir, ['push', '--tags']);`],
    ['javascript', `await simpleGit(dir).push('origin');`],
    ['javascript', `this.git.push();`],
    ['javascript', 'await $`git push`;'],
    ['javascript', `spawn('git', ['remote', 'set-url', '--push', 'origin', url]);`],
    ['javascript', `spawn('git', ['config', 'alias.p', 'push']);`],
    ['javascript', `spawn('git', ['-c', 'alias.p=push', 'p']);`],
    ['javascript', `spawn('git', ['subtree', 'push', '-P', 'x']);`],
    ['javascript', `spawn('git-push');`],
    ['javascript', `exec('GIT PUSH');`],
    ['javascript', `let cmd = 'git';\ncmd = 'git push';\nexec(cmd);`],
    ['javascript', `<Button run={() => exec('git push')} />`],
    ['javascript', `spawn('sh', ['-c', 'git push']);`],
    ['shell', 'git push'],
    ['shell', 'cd x && git -C "$dir" push'],
    ['shell', 'git \\\n  push origin'],
    ['shell', `sh -c 'git push'`],
    ['shell', `alias gp='git push'`],
    ['shell', 'alias g=git\ng push'],
    ['shell', 'g() {\n  git "$@"\n}\ng push'],
    ['shell', 'GIT=/usr/bin/git\n$GIT push'],
    ['shell', 'CMD="git push"\n$CMD'],
    ['shell', 'out=$(git push 2>&1)'],
    ['shell', 'echo "$(git push)"'],
    ['shell', 'echo `git push`'],
    ['shell', 'git config alias.p push'],
    ['shell', 'git remote set-url --push origin x'],
    ['shell', 'xargs git push < list'],
    ['shell', 'git send-pack x'],
    ['python', 'subprocess.run("git push", shell=True)'],
    ['python', 'subprocess.run(["git", "push"])'],
    ['python', 'subprocess.run([\n    "git",\n    "-C",\n    folder,\n    "push",\n])'],
    ['python', 'args = ["git", "-C", d]\nargs += ["push"]\nrun(args)'],
    ['python', 'args = ["git"]\nargs.append("push")\nrun(args)'],
    ['python', 'GIT = "git"\nrun([GIT, "push"])'],
    ['python', 'run(["git"] + ["push"])'],
    ['python', 'run(["git", *["push"]])'],
    ['python', 'os.system(f"git -C {d} push")'],
    ['python', 'os.system("git "\n          "push")'],
    ['python', 'git("push", "origin")'],
    ['python', 'repo.git.push()'],
    ['python', 'x = """\ngit push\n"""'],
  ])('%s: %s', (language, text) => {
    expect(rules(language, text)).toContain('git-remote');
  });

  it.each<[Language, string]>([
    ['javascript', '// git push\n/* spawn("git", ["push"]) */'],
    ['javascript', `const list = [];\nlist.push('git');`],
    ['javascript', `const git = [];\ngit.push('x');`],
    ['javascript', `spawn('git', ['stash', 'push']);`],
    ['javascript', `spawn('git', ['fetch', 'origin']); queue.push('x');`],
    ['javascript', `spawn('git', ['commit', '-m', 'push']);`],
    ['javascript', `spawn('git', ['log', '--grep', 'git-fetch-push']);`],
    ['javascript', `const digit = x.push(1);`],
    ['javascript', `import { push } from './git.ts';`],
    ['javascript', `const form = /git push/;`],
    ['javascript', `notifications.push({ title: 'git' });`],
    ['javascript', `spawn('git', ['remote', 'set-url', 'origin', url]); all.push(1);`],
    ['javascript', `spawn('git', ['config', 'user.name', 'push']);`],
    ['shell', '# git push\ngit fetch'],
    ['shell', 'git stash push'],
    ['shell', 'git commit -m push'],
    ['shell', 'echo digit; push'],
    ['shell', 'git status; push_metrics'],
    ['python', '# git push\nx = 1'],
    ['python', 'run(["git", "stash", "push"])'],
    ['python', 'stack.push("git")'],
    ['python', 'run(["git", "commit", "-m", "push"])'],
    ['python', 'def git(push): ...'],
  ])('stays here, %s: %s', (language, text) => {
    expect(found(language, text)).toEqual([]);
  });
});

describe('markers', () => {
  const offence = `exec('git push');`;

  it.each([
    `${offence} // headgate:allow-git-remote: the release job publishes tags`,
    `// headgate:allow-git-remote: the release job publishes tags\n${offence}`,
    `/* headgate:allow-git-remote: the release job publishes tags */\n${offence}`,
  ])('%s allows it', (text) => expect(found('javascript', text)).toEqual([]));

  it('allows in the shell and in Python', () => {
    expect(found('shell', '# headgate:allow-git-remote: for the mirror\ngit push')).toEqual([]);
    expect(found('python', 'os.system("git push")  # headgate:allow-git-remote: for the mirror')).toEqual([]);
  });

  it.each([
    ['no reason', `// headgate:allow-git-remote:\n${offence}`, ['marker-without-reason']],
    ['no reason, and an end', `/* headgate:allow-git-remote: */\n${offence}`, ['marker-without-reason']],
    ['nothing to allow', '// headgate:allow-git-remote: for the mirror\nlog(1);', ['stale-marker']],
    ['two lines above', `// headgate:allow-git-remote: x\n\n${offence}`, ['stale-marker', 'git-remote']],
    ['in a text', `const x = 'headgate:allow-git-remote: x'; ${offence}`, ['git-remote']],
    ['in a text of the shell', `echo '# headgate:allow-git-remote: x'; git push`, ['git-remote']],
  ])('%s', (_, text, expected) => {
    expect(rules(text.startsWith('echo') ? 'shell' : 'javascript', text)).toEqual(expected);
  });
});

describe('texts that are long, or deep', () => {
  it.each<[string, Language, string]>([
    ['one long word', 'shell', `data=${'QUJD'.repeat(250_000)}\ngit push`],
    ['functions that do not end', 'shell', `${'f() { git x\n'.repeat(50_000)}git push`],
    ['commands in commands', 'shell', `git push; ${'$('.repeat(50_000)}`],
    ['brackets in brackets', 'python', `os.system("git push")\n${'['.repeat(100_000)}`],
    ['a call with many arguments', 'python', `os.system("git push")\nf(${'x, '.repeat(50_000)})`],
  ])('%s', (_, language, text) => expect(rules(language, text)).toContain('git-remote'));
});

describe('files', () => {
  it('that cannot be read are told by that', () => {
    expect(found('javascript', `\nconst git = push(;`)).toEqual(['2 unreadable it cannot be read: Unexpected token']);
  });

  it('tells the line and the command', () => {
    expect(found('javascript', `\n\nspawn('git', [\n'send-pack']);`)).toEqual([
      '3 git-remote `git send-pack` writes to a remote repository',
    ]);
  });

  it.each([
    ['a.ts', '', 'javascript'],
    ['a.d.ts', '', undefined],
    ['a.d.mts', '', undefined],
    ['x/b.zsh', '', 'shell'],
    ['b.py', '', 'python'],
    ['b.md', '', undefined],
    ['run', '#!/usr/bin/env bash', 'shell'],
    ['run', '#!/usr/bin/python3', 'python'],
    ['run', '#!/usr/bin/env node', 'javascript'],
    ['run', 'text', undefined],
    ['.sh', '', undefined],
  ])('%s (%s)', (name, first, expected) => expect(languageOf(name, () => first)).toBe(expected));
});
