/** Of what an operator delegates, and of what types of profiles allow: read only where settings say either. */
import { define } from '../define.ts';

export const delegationFile = define('settings/delegation-file', {
  severity: 'error',
  title: 'delegation file that cannot be read',
  message: (a: { path: string; reason: string }) => `the delegation file \`${a.path}\` cannot be read: ${a.reason}`,
  help: 'the path is seen from the folder of the settings, and the file lies in the tree of the scenario',
});

export const duplicateDelegation = define('settings/duplicate-delegation', {
  severity: 'error',
  title: 'two delegations of one id',
  message: (a: { id: string }) =>
    `two delegations are called \`${a.id}\`, so nobody could say on which of them something was done`,
  help: 'give each an id of its own',
});

export const coveredDelegation = define('settings/covered-delegation', {
  severity: 'warning',
  title: 'delegation that another one covers',
  message: (a: { id: string; by: string }) =>
    `everything that \`${a.id}\` gives is given by \`${a.by}\` too, so that taking it out would take nothing away`,
  help: 'remove it, or make the other one narrower',
});

export const idleDelegation = define('settings/idle-delegation', {
  severity: 'warning',
  title: 'delegation that gives nothing in this scenario',
  message: (a: { id: string }) => `no component of this scenario needs anything that \`${a.id}\` gives`,
  help: 'remove it, or correct its subject, its gates or its resources',
});

export const networkProfile = define('settings/network-profile', {
  severity: 'error',
  title: 'target that the type of a profile does not allow',
  message: (a: { moniker: string; profile: string; type: string; what: string; why: string }) =>
    `${a.moniker} has profile \`${a.profile}\` of type \`${a.type}\`, ${a.why}: ${a.what}`,
  help: 'take the target away, or give the component a profile of another type',
});
