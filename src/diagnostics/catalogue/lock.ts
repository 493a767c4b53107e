import { define } from '../define.ts';

const record = 'look at what has changed, and record again: `headgate policy record SCENARIO`';

export const notFound = define('lock/not-found', {
  severity: 'error',
  title: 'there is no lock',
  message: (a: { file: string }) => `there is no lock \`${a.file}\`, and a frozen compile takes every answer from one`,
  help: 'record one with `headgate policy record SCENARIO`, or name one with `--lock FILE`',
});

export const malformed = define('lock/malformed', {
  severity: 'error',
  title: 'lock that cannot be read',
  message: (a: { reason: string }) => `this is not a lock that headgate wrote: ${a.reason}`,
  help: 'restore it from version control, or record it again: `headgate policy record SCENARIO`',
});

export const unsupportedVersion = define('lock/unsupported-version', {
  severity: 'error',
  title: 'lock of another version',
  message: (a: { what: string; found: string; known: string }) =>
    `the lock is of ${a.what} ${a.found}, and this headgate knows ${a.known}`,
  help: 'use the headgate that wrote it, or record again with this one: `headgate policy record SCENARIO`',
});

const hows = {
  changed: 'has changed since the lock was recorded',
  added: 'belongs to the scenario, and the lock does not know it',
  removed: 'is in the lock, and does not belong to the scenario any more',
  missing: 'was there when the lock was recorded, and cannot be read now',
} as const;

export const sourceChanged = define('lock/source-changed', {
  severity: 'error',
  title: 'a file is not as the lock has it',
  message: (a: { name: string; how: keyof typeof hows }) => `\`${a.name}\` ${hows[a.how]}`,
  help: record,
});

export const policyMissing = define('lock/policy-missing', {
  severity: 'error',
  title: 'a policy is not in the lock',
  message: (a: { policy: string; scope: string }) =>
    `policy \`${a.policy}\` of scope \`${a.scope}\` is not in the lock, so there is no answer from it`,
  help: 'record again: `headgate policy record SCENARIO`',
});

export const policyChanged = define('lock/policy-changed', {
  severity: 'error',
  title: 'a policy is not as the lock has it',
  message: (a: { policy: string; scope: string; reason: string }) =>
    `policy \`${a.policy}\` of scope \`${a.scope}\` has changed since its answer was recorded: ${a.reason}`,
  help: record,
});

export const requestChanged = define('lock/request-changed', {
  severity: 'error',
  title: 'a policy would be asked something else',
  message: (a: { policy: string; scope: string; difference: string }) =>
    `policy \`${a.policy}\` of scope \`${a.scope}\` would be asked about another graph than the one it answered for:\n${a.difference}`,
  help: record,
});

export const recordingMissing = define('lock/recording-missing', {
  severity: 'error',
  title: 'a recorded file is not there',
  message: (a: { file: string; what: string }) => `\`${a.file}\`, ${a.what}, is not there`,
  help: 'it belongs in version control beside the lock; restore it from there, or record again: `headgate policy record SCENARIO`',
});

export const recordingChanged = define('lock/recording-changed', {
  severity: 'error',
  title: 'a recorded file is not what was recorded',
  message: (a: { file: string; what: string }) =>
    `\`${a.file}\`, ${a.what}, does not have the digest that the lock gives it`,
  help: 'restore it from version control, and see who changed it; or record again: `headgate policy record SCENARIO`',
});
