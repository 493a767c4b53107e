/** A marker in a comment allows what stands on its line, or on the one below, and says why. */
import { positionAt, type SourceText } from '../../base/text.ts';
import type { Comment, Offence } from './offence.ts';

export type FindingRule = 'git-remote' | 'marker-without-reason' | 'stale-marker' | 'unreadable';

export interface Finding {
  readonly rule: FindingRule;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface Marker {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

const form = /headgate:allow-git-remote(?::[ \t]*([^\n]*))?/g;

/** Sorted by place. */
export function judge(text: string, offences: readonly Offence[], comments: readonly Comment[]): readonly Finding[] {
  const source: SourceText = { file: '', text };
  const place = (offset: number): { readonly line: number; readonly column: number } => {
    const { line, character } = positionAt(source, offset);
    return { line: line + 1, column: character + 1 };
  };
  const markers = comments.flatMap((comment) => markersIn(comment, place));
  const used = new Set<Marker>();
  const findings = offences.flatMap(({ start, what }): readonly Finding[] => {
    const at = place(start);
    const marker = markers.find(({ line }) => line === at.line || line === at.line - 1);
    if (!marker) return [{ rule: 'git-remote', ...at, message: `\`git ${what}\` writes to a remote repository` }];
    used.add(marker);
    return [];
  });
  for (const marker of markers) {
    const { line, column, reason } = marker;
    if (!used.has(marker))
      findings.push({
        rule: 'stale-marker',
        line,
        column,
        message: 'this allows nothing on its line or the one below',
      });
    else if (reason === '')
      findings.push({ rule: 'marker-without-reason', line, column, message: 'what is allowed needs a reason' });
  }
  return findings.sort((a, b) => a.line - b.line || a.column - b.column);
}

function markersIn({ start, text }: Comment, place: (offset: number) => Omit<Marker, 'reason'>): readonly Marker[] {
  return [...text.matchAll(form)].map((found) => ({
    ...place(start + found.index),
    // The end of a comment is no reason.
    reason: (found[1] ?? '').replace(/[\s*/]+$/, '').trim(),
  }));
}
