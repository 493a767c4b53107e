import { define } from '../define.ts';

export const keyUnusable = define('attest/key-unusable', {
  severity: 'error',
  title: 'the file of a key holds no key that can be used',
  message: (a: { file: string; reason: string }) => `\`${a.file}\` cannot be used as a key: ${a.reason}`,
  help: 'make a pair of keys with `headgate attest keygen --out FILE`: FILE signs, and FILE.pub verifies',
});

export const envelopeMalformed = define('attest/envelope-malformed', {
  severity: 'error',
  title: 'a file is not an attestation, or was changed',
  message: (a: { file: string; reason: string }) => `\`${a.file}\` is not the envelope of an attestation: ${a.reason}`,
  help: 'get the file again from whoever signed it',
});

export const wrongPayloadType = define('attest/wrong-payload-type', {
  severity: 'error',
  title: 'an envelope holds something other than an attestation',
  message: (a: { file: string; found: string; wanted: string }) =>
    `\`${a.file}\` holds \`${a.found}\`, and an attestation is \`${a.wanted}\``,
});

export const signatureInvalid = define('attest/signature-invalid', {
  severity: 'error',
  title: 'an attestation is not signed by the given key',
  message: (a: { file: string; keyid: string; others: readonly string[] }) =>
    a.others.length === 0
      ? `the signature in \`${a.file}\` does not fit: what it signs or the signature itself was changed, or another key made it`
      : `\`${a.file}\` is not signed by key ${a.keyid}, but by ${a.others.slice(0, 3).join(', ')}`,
  help: 'do not trust the plan before this is cleared up with whoever signed it',
});

export const statementUnknown = define('attest/statement-unknown', {
  severity: 'error',
  title: 'what was signed is not a statement about a plan',
  message: (a: { file: string; reason: string }) =>
    `\`${a.file}\` is signed, and says nothing about a plan: ${a.reason}`,
});

export const wrongSubject = define('attest/wrong-subject', {
  severity: 'error',
  title: 'an attestation is about another plan',
  message: (a: { plan: string; found: string; actual: string }) =>
    `\`${a.plan}\` is not the plan that was signed: its SHA-256 is ${a.actual}, and the attestation is about ${a.found}`,
  help: 'every byte counts: take the plan as it was written when it was signed',
});

export const wrongMaterials = define('attest/wrong-materials', {
  severity: 'error',
  title: 'an attestation names materials that differ from those of the plan',
  message: (a: { file: string; plan: string }) =>
    `\`${a.file}\` does not name the manifests, policies and answers that \`${a.plan}\` was made of`,
  help: 'it was not made by `headgate attest`, or by a version that names materials in another way; sign the plan again',
});

export const relinkDiffers = define('attest/relink-differs', {
  severity: 'error',
  title: 'compiled again, a scenario gives another plan than the signed one',
  message: (a: { scenario: string; plan: string; differences: readonly string[] }) =>
    `compiled again, \`${a.scenario}\` does not give \`${a.plan}\`: ${listed(a.differences)}`,
  help: 'compare with what was signed; a policy may answer differently each time, unless a lock holds its answers',
});

function listed(differences: readonly string[]): string {
  const shown = differences.slice(0, 5).join(', ');
  const more = differences.length - 5;
  return differences.length === 0 ? 'its bytes differ' : `${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
