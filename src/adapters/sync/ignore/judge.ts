/** Which entries of a folder are not looked at. */
import type { GitRules } from './git-rules.ts';
import type { Patterns, Place, Segments } from './pattern.ts';

/** One file of rules, seen from a folder in or below its own. */
export interface Level {
  readonly rules: GitRules;
  readonly paths: readonly (readonly [rule: number, place: Place])[];
}

/** What counts in a folder. */
export interface Judged {
  readonly excluded: readonly Place[];
  /** The outermost first. Of a `dir` there are none. */
  readonly levels: readonly Level[];
}

export interface Judge {
  readonly root: (exclude: readonly Segments[], rules: readonly GitRules[]) => Judged;
  /** For a folder that lies in that one. */
  readonly inside: (folder: Judged, name: string) => Judged;
  /** With what the `.gitignore` of that folder itself says. */
  readonly withRules: (folder: Judged, rules: GitRules) => Judged;
  readonly isExcluded: (folder: Judged, name: string) => boolean;
  readonly isIgnored: (folder: Judged, name: string, isFolder: boolean) => boolean;
}

/** It runs as text in every thread (see scan/program.ts), and calls nothing but what it is given. */
export function judging({ start, step, isEnd, matchesName }: Patterns): Judge {
  const levelOf = (rules: GitRules): Level => ({
    rules,
    paths: rules.paths.map(([rule, segments]) => [rule, start(segments)] as const),
  });

  function below(level: Level, name: string): Level {
    // Most files of rules name no path that goes on here.
    if (level.paths.length === 0) return level;
    const paths: (readonly [number, Place])[] = [];
    for (const [rule, place] of level.paths) {
      const next = step(place, name);
      if (next) paths.push([rule, next]);
    }
    return { rules: level.rules, paths };
  }

  /** -1 where none does. */
  function lastMatch({ rules, paths }: Level, name: string, isFolder: boolean): number {
    const counts = (rule: number): boolean => isFolder || rules.isOfFolders[rule] !== true;
    let last = rules.literals.get(name)?.find(counts) ?? -1;
    for (const [rule, pattern] of rules.names)
      if (rule > last && counts(rule) && matchesName(pattern, name)) last = rule;
    for (const [rule, place] of paths) {
      if (rule <= last || !counts(rule)) continue;
      const next = step(place, name);
      if (next && isEnd(next)) last = rule;
    }
    return last;
  }

  return {
    root: (exclude, rules) => ({ excluded: exclude.map(start), levels: rules.map(levelOf) }),
    inside: ({ excluded, levels }, name) => ({
      excluded: excluded.map((place) => step(place, name)).filter((place) => place !== undefined),
      levels: levels.map((level) => below(level, name)),
    }),
    withRules: ({ excluded, levels }, rules) => ({ excluded, levels: [...levels, levelOf(rules)] }),
    isExcluded: ({ excluded }, name) =>
      excluded.some((place) => {
        const next = step(place, name);
        return next !== undefined && isEnd(next);
      }),
    isIgnored({ levels }, name, isFolder) {
      for (let i = levels.length - 1; i >= 0; i--) {
        const { rules } = levels[i] as Level;
        const rule = lastMatch(levels[i] as Level, name, isFolder);
        if (rule >= 0) return rules.isNegated[rule] !== true;
      }
      return false;
    },
  };
}
