/** One file → what in it writes to a remote repository, and is not allowed to. */
import { readJavaScript } from './javascript.ts';
import type { ParseTree } from './javascript-tree.ts';
import { type Finding, judge } from './markers.ts';
import type { Reading } from './offence.ts';
import { readPython } from './python.ts';
import { readShell } from './shell.ts';
import { remoteWrite } from './words.ts';

export type Language = 'javascript' | 'shell' | 'python';

const endings: Readonly<Record<string, Language>> = {
  ...Object.fromEntries(['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'].map((ending) => [ending, 'javascript'])),
  ...Object.fromEntries(['sh', 'bash', 'zsh', 'ksh'].map((ending) => [ending, 'shell'])),
  py: 'python',
};

/** By the ending of its name, or its first line where it has none. Declarations of types run nothing. */
export function languageOf(name: string, firstLine: () => string): Language | undefined {
  if (/\.d\.[cm]?ts$/.test(name)) return undefined;
  const [, ending] = /[^/]\.([^./]+)$/.exec(name) ?? [];
  if (ending !== undefined) return Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  const [, program = ''] = /^#!.*?\b(node|deno|bun|python[\d.]*|(?:ba|z|k|da)?sh)\b/.exec(firstLine()) ?? [];
  if (program === '') return undefined;
  if (program.endsWith('sh')) return 'shell';
  return program.startsWith('python') ? 'python' : 'javascript';
}

/** What can be in no offence and no marker is not read. */
const isAbout = (text: string): boolean =>
  /git/i.test(text) && /push|send-pack|dcommit|submit|mirror|headgate:allow-git-remote/i.test(text);

export function findingsIn(name: string, text: string, language: Language, parse: ParseTree): readonly Finding[] {
  if (!isAbout(text)) return [];
  const reading = read(name, text, language, parse);
  if (!('fault' in reading)) return judge(text, reading.offences, reading.comments);
  const unreadable = judge(text, [{ start: reading.start, what: '' }], [])[0] as Finding;
  return [{ ...unreadable, rule: 'unreadable', message: `it cannot be read: ${reading.fault}` }];
}

function read(name: string, text: string, language: Language, parse: ParseTree): Reading {
  if (language === 'python') return readPython(text);
  if (language === 'javascript') {
    const tree = parse(text, name);
    return 'fault' in tree ? tree : readJavaScript(tree);
  }
  const { commands, comments } = readShell(text);
  const offences = commands.flatMap(({ words, start }) => {
    const what = remoteWrite(words);
    return what === undefined ? [] : [{ start, what }];
  });
  return { offences, comments };
}
