/** Whether the words of a command write to a remote repository. Parts that nobody knows before it runs are holes. */

/** One character for anything that a variable may hold. */
export const hole = '\0';

/** Global options of git whose value is a word of its own. */
const valued = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--config-env',
  '--attr-source',
]);
/** `push`, and what it is made of. */
const pushing = new Set(['push', 'send-pack', 'http-push']);
/** Commands that have a `push` of their own. */
const pushingBelow: Readonly<Record<string, string>> = { subtree: 'push', lfs: 'push', svn: 'dcommit', p4: 'submit' };

/** Answers what git is told, such as `push`; undefined for what stays on this machine. O(words). */
export function remoteWrite(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const found = isGit(word) ? afterGit(words.slice(index + 1)) : byItself(word);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same of words that are given to git. */
export function afterGit(words: readonly string[]): string | undefined {
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '-c' || word === '--config-env') {
      const found = setting(words[at + 1] ?? '');
      if (found !== undefined) return found;
    }
    if (valued.has(word)) at++;
    // A variable in the place of an option, or of several.
    else if (!word.startsWith('-') && word !== hole) break;
  }
  const [command = '', ...rest] = words.slice(at).map((word) => word.toLowerCase());
  if (pushing.has(command)) return command;
  const below = Object.hasOwn(pushingBelow, command) ? pushingBelow[command] : undefined;
  if (below !== undefined && rest.includes(below)) return `${command} ${below}`;
  if (command === 'remote') return remote(rest);
  return command === 'config' ? config(rest) : undefined;
}

const isGit = (word: string): boolean => /(^|[\\/])git(\.exe)?$/i.test(word);

/** What git is made of can be called without it. */
function byItself(word: string): string | undefined {
  const [, name] = /(?:^|[\\/])git-(push|send-pack|http-push)(?:\.exe)?$/i.exec(word) ?? [];
  return name?.toLowerCase();
}

function remote(words: readonly string[]): string | undefined {
  const [command] = words.filter((word) => !word.startsWith('-'));
  if (command === 'set-url' && words.includes('--push')) return 'remote set-url --push';
  return command === 'add' && words.some((word) => word === '--mirror=push' || word === '--mirror')
    ? 'remote add --mirror=push'
    : undefined;
}

function config(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    if (/^remote\..+\.(pushurl|mirror)$/.test(word)) return `config ${word}`;
    if (/^alias\../.test(word)) return alias(words.slice(index + 1).join(' '));
  }
  return undefined;
}

/** `name=value`, as behind `-c`. */
function setting(text: string): string | undefined {
  const [, name = '', value = ''] = /^([^=]*)=?([\s\S]*)$/.exec(text) ?? [];
  if (/^alias\../i.test(name)) return alias(value);
  return /^remote\..+\.pushurl$/i.test(name) ? `-c ${name}` : undefined;
}

/** With `!` it is a command of the shell, which `remoteWrite` of its words would find. */
function alias(value: string): string | undefined {
  const words = value.trim().split(/\s+/);
  const found = value.trim().startsWith('!')
    ? remoteWrite(words.map((word) => word.replace(/^!/, '')))
    : afterGit(words);
  return found === undefined ? undefined : 'push by an alias';
}
