/** What lies in the folder of a run, by name. */

export const statementFile = 'verdict.dsse.json';
export const planFile = 'plan.json';
export const optionsFile = 'options.json';
export const journalFile = 'journal.ndjson';
export const evidenceFolder = 'evidence/';

/** Where the blob with a digest (`sha256:` and hex) lies in the folder of a run. */
export const evidencePath = (digest: string): string => `${evidenceFolder}${digest.slice(digest.indexOf(':') + 1)}`;

/** What is there while a process has the run, and is of no run that is over; the key of its lock has another name for each that was killed. */
const passing = /^(?:owner\.json|lock(?:\.[1-9]\d*)?\.key|control\.json|reserve|scratch\/.*|(?:.*\/)?[^/]*\.tmp)$/s;

export const isPassing = (name: string): boolean => passing.test(name);
