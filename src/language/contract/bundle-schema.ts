/**
 * manifest.json of a support bundle: one source for schemas/support-bundle.schema.json, the validator and its words. It is the artefact
 * `AgentMachineDiagnosticBundle` of contracts, so its four constants are `false` or it is none: see `unverifiedKind`.
 */
import { always, closed, count, each, flag, list, matching, oneOf, orNull, type Schema, text } from './build.ts';
import { bundleExclusions, bundleKind, bundleOperation, bundleVersion } from './vocabulary.ts';

const runId = '[0-9]{8}-[0-9]{6}-[0-9a-f]{4}';

const file = closed(
  {
    name: text('in the archive, below its folder'),
    sha256: matching('^[0-9a-f]{64}$', 'of its bytes'),
    bytes: count('that it has'),
    about: text('what it tells'),
    cut: flag('there was more than is in it'),
  },
  'a file of the bundle besides this one',
);

const missing = closed(
  { piece: text('what is missing'), reason: text('why') },
  'what a bundle usually has and this one has not, or has in part',
);

const journal = closed(
  {
    entries: count('that could be read'),
    head: orNull(matching('^[0-9a-f]{64}$', 'hash of the last entry of the chain')),
    chain: oneOf(
      ['whole', 'cut', 'broken', 'missing'],
      'whether every line followed the one before, and none was missing that the statement of the run knows of; looked at before anything was left out',
    ),
    fault: orNull(text('of a chain that is not whole: where, and what')),
    tornBytes: count('behind the last whole line'),
  },
  'what the journal was before anything was left out of it',
);

const searched = closed(
  {
    secrets: count('values of the run and of the environment that the finished bundle was searched for'),
    canaries: count('texts that were given to be searched for'),
    names: list(text('a reference, a path of the root config, or a variable'), 'of those values, sorted'),
    skipped: list(
      text('a variable'),
      'sorted: variables whose values are too short to be told from other text, and those of secrets that a run can do without and that were not set',
    ),
  },
  'what the finished bundle was searched for, in the encodings that docs/support-bundle.md lists, and does not hold',
);

export const bundleSchema: Schema = {
  $id: 'https://headgate.dev/schemas/support-bundle.schema.json',
  title: `${bundleKind}, version ${bundleVersion}`,
  ...closed(
    {
      specVersion: always(bundleVersion, 'version of this form'),
      id: matching(`^urn:headgate:support-bundle:${runId}$`, 'of this bundle'),
      kind: always(bundleKind, 'what this document is'),
      operationType: always(bundleOperation, 'the operation that makes it'),
      source: matching(`^urn:headgate:run:${runId}$`, 'the run that it is about'),
      plan: orNull(text('digest of the plan; null where it cannot be read')),
      headgate: text('version that made the bundle'),
      ...each(bundleExclusions, () => always(false, 'a bundle holds none')),
      journal,
      searched,
      files: list(file, 'sorted by name'),
      missing: list(missing, 'in the order in which it was missed'),
    },
    'What a support bundle holds, and what it was searched for. One that could not be searched for every secret of its run, or has what programs said in it, is of another kind and has null for what is not known.',
  ),
};
