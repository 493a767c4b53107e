/** What lies in the folder of a run, by name. */

export const statementFile = 'verdict.dsse.json';
export const planFile = 'plan.json';
export const optionsFile = 'options.json';
export const journalFile = 'journal.ndjson';
export const evidenceFolder = 'evidence/';

/** Where the blob with a digest (`sha256:` and hex) lies in the folder of a run. */
export const evidencePath = (digest: string): string => `${evidenceFolder}${digest.slice(digest.indexOf(':') + 1)}`;

/** What is there while a process has the run, and is of no run that is over. */
export const passing: readonly string[] = ['owner.json', 'lock.key', 'control.json', 'reserve'];

export const isPassing = (name: string): boolean =>
  passing.includes(name) || name.startsWith('scratch/') || /(^|\/)[^/]*\.tmp$/.test(name);
