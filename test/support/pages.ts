/** Reading the examples out of Markdown. */
import { rootNames } from '../../src/app/input.ts';
import { type Example, filesBelow } from './harness.ts';
import { answerFileOf, type StubAnswer } from './stub-policy-client.ts';

export interface Fence {
  readonly language: string;
  /** What stands behind the language. */
  readonly info: string;
  readonly text: string;
  readonly line: number;
  /** Nearest heading of level two. */
  readonly section: string;
}

export function fencesOf(markdown: string): readonly Fence[] {
  const fences: Fence[] = [];
  let section = '';
  let open: { language: string; info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\S*)\s*(.*)$/.exec(line);
    if (open) {
      if (fence) {
        fences.push({
          language: open.language,
          info: open.info,
          line: open.line,
          section,
          text: open.lines.map((l) => `${l}\n`).join(''),
        });
        open = undefined;
      } else open.lines.push(line);
    } else if (fence)
      open = { language: fence[1] as string, info: (fence[2] as string).trim(), line: index + 1, lines: [] };
    else section = /^## (.*)$/.exec(line)?.[1]?.trim() ?? section;
  }
  return fences;
}

/** A root manifest by its usual name starts an example; the other named files belong to it until the next one. */
export function examplesOf(fences: readonly Fence[]): readonly (Example & { readonly line: number })[] {
  const groups: { root: string; line: number; files: Map<string, string> }[] = [];
  for (const { info, text, line } of fences) {
    if (info === '') continue;
    if (rootNames.includes(info)) groups.push({ root: info, line, files: new Map() });
    const group = groups.at(-1);
    if (!group) throw new Error(`line ${line}: file ${info} comes before any scenario.*`);
    if (group.files.has(info)) throw new Error(`line ${line}: file ${info} is given twice in one example`);
    group.files.set(info, text);
  }
  return groups.map(({ root, line, files }) => {
    const answers = new Map<string, StubAnswer>();
    for (const [path, text] of files) {
      const { use, ...version } = answerFileOf(path) ?? {};
      if (use !== undefined) answers.set(use, { text, ...version });
    }
    const manifests = [...files].filter(([path]) => !path.startsWith('answers/'));
    return { root, line, files: new Map(manifests), answers, ask: answers.size > 0 };
  });
}

export const pagesFolder = 'docs/diagnostics';

/** Codes that have a page, sorted. */
export const pageCodes = (): readonly string[] =>
  filesBelow(pagesFolder)
    .filter((path) => path.endsWith('.md'))
    .map((path) => path.slice(0, -'.md'.length));

export interface Page {
  readonly title: string;
  readonly text: string;
  /** Level two headings in order. */
  readonly sections: readonly string[];
  readonly fences: readonly Fence[];
  /** The list below "Shown by". */
  readonly shownBy: readonly string[];
}

export function parsePage(text: string): Page {
  const tail = /^## Shown by\n([\s\S]*)$/m.exec(text)?.[1] ?? '';
  return {
    title: /^# (.*)\n/.exec(text)?.[1] ?? '',
    text,
    sections: [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1] as string),
    fences: fencesOf(text),
    shownBy: [...tail.matchAll(/^[-*] +`?([^`\n]+?)`?\s*$/gm)].map((match) => match[1] as string),
  };
}
