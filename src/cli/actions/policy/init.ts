import type { Cli } from '../../../app/cli.ts';
import { createProject } from '../../init/create.ts';
import { stepsIn } from '../../init/next-steps.ts';
import { fillPolicyTemplate, type PolicyLanguage } from '../../init/policy-templates.ts';

export interface PolicyInitFlags {
  readonly lang: PolicyLanguage;
  readonly name?: string;
}

/** npm puts the headgate that it installs on the PATH of its scripts. */
const steps: Readonly<Record<PolicyLanguage, (headgate: string) => readonly string[]>> = {
  ts: () => ['npm install', 'npm test'],
  python: (headgate) => ['python3 -m unittest', `${headgate} policy test`],
};

export const policyInitCommand = (cli: Cli, shown: string, { lang, name }: PolicyInitFlags): Promise<number> =>
  createProject(cli, shown, name, {
    fill: (chosen) => fillPolicyTemplate(lang, chosen),
    next: ({ name: chosen, ...where }) =>
      `Created ${chosen}: a policy and its tests. Next:\n${stepsIn(where, steps[lang])}README.md says what is where.\n`,
  });
