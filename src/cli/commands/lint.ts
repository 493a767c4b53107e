/** Commands that look at code beside a scenario. */
import type { CommandGroup } from '../definition.ts';
import { lintGitRemote } from './lint/git-remote.ts';

export const lint: CommandGroup = {
  name: 'lint',
  summary: 'look for what code must not do',
  commands: [lintGitRemote],
};
