import type { Cli } from '../../app/cli.ts';
import { createProject } from '../init/create.ts';
import { nextSteps } from '../init/next-steps.ts';
import { fillTemplate, type Language } from '../init/templates.ts';

export interface InitFlags {
  readonly lang: Language;
  readonly name?: string;
}

export const initCommand = (cli: Cli, shown: string, { lang, name }: InitFlags): Promise<number> =>
  createProject(cli, shown, name, {
    fill: (chosen) => fillTemplate(lang, chosen),
    next: (created) => nextSteps({ language: lang, ...created }),
  });
