/** Everything in settings that widens rights, and so counts only when the user has said so. The table of docs/trust-settings.md is this one. */
import { isNearTarget } from '../../adapters/relay/egress-grants.ts';
import { canonicalJson, type JsonValue } from '../../base/json.ts';

/** Where settings lie, for paths in them. */
export interface Place {
  /** Undefined for a path inside the scenario's tree; else where it really leads. */
  readonly outside: (path: string) => string | undefined;
  /** Digest of what a file of the settings says; undefined where it cannot be read. */
  readonly digestOf: (path: string) => string | undefined;
}

export interface Row {
  /** What it is called here and in tests. */
  readonly name: string;
  /** The fields that are looked at; `*` is any name or item. */
  readonly section: string;
  /** For the documentation. */
  readonly means: string;
  /** A text is what counts besides the value: another one is another right. */
  readonly widens: (value: JsonValue, place: Place) => boolean | string;
  /** One line to whoever is asked; `names` are what `*` stood for, `besides` is the text of `widens`. */
  readonly words: (names: readonly string[], value: JsonValue, besides: string) => string;
  /** This machine or a private network: asked for on its own. */
  readonly near?: true;
}

const always = (): boolean => true;
const isNear = (value: JsonValue): boolean => typeof value === 'string' && isNearTarget(value);
const isOutside = (value: JsonValue, { outside }: Place): boolean | string =>
  (typeof value === 'string' && outside(value)) || false;
const whole = (value: JsonValue): string => canonicalJson(value);
const nearby = ', which is this machine or a private network';

export const rows: readonly Row[] = [
  {
    name: 'egress',
    section: 'components.*.egress.*',
    means: 'what a component may reach outside of the scenario',
    widens: (value) => !isNear(value),
    words: ([moniker], value) => `component \`${moniker}\` may reach \`${value}\``,
  },
  {
    name: 'near-egress',
    section: 'components.*.egress.*',
    means: 'the same of this machine, and of loopback, link-local, metadata and private addresses',
    near: true,
    widens: isNear,
    words: ([moniker], value) => `component \`${moniker}\` may reach \`${value}\`${nearby}`,
  },
  {
    name: 'policy-secret',
    section: 'policies.*.grants.secrets.*',
    means: 'secrets that a policy may read: of root config, or of a vault',
    widens: always,
    words: ([policy], value) => `policy \`${policy}\` may read the secret \`${value}\``,
  },
  {
    name: 'policy-usage',
    section: 'policies.*.grants.usage',
    means: 'a policy whose interposers may tell the run what a model was used for',
    widens: (value) => value === true,
    words: ([policy]) => `what policy \`${policy}\` inserts may tell the run what a model was used for`,
  },
  {
    name: 'control',
    section: 'components.*.control',
    means: 'a component that may talk to its own run',
    widens: (value) => value === true,
    words: ([moniker]) => `component \`${moniker}\` may talk to its own run`,
  },
  {
    name: 'creates',
    section: 'components.*.creates',
    means: 'children that a component may create',
    widens: always,
    words: ([moniker], value) => `component \`${moniker}\` may create children: ${whole(value)}`,
  },
  {
    name: 'component-environment',
    section: 'components.*.environment',
    means: 'a component that runs on another host',
    widens: (value) => value !== 'local' && value !== 'docker',
    words: ([moniker], value) => `component \`${moniker}\` runs in environment \`${value}\``,
  },
  {
    name: 'permissions',
    section: 'profiles.*.permissions',
    means: '`approve-all`',
    widens: (value) => value === 'approve-all',
    words: ([profile]) => `workers of profile \`${profile}\` may do everything unasked (\`approve-all\`)`,
  },
  {
    name: 'no-sandbox',
    section: 'profiles.*.sandbox.mode',
    means: '`none`',
    widens: (value) => value === 'none',
    words: ([profile]) => `programs of profile \`${profile}\` run without a sandbox`,
  },
  ...(['processes', 'memoryMiB', 'cacheMiB'] as const).map(
    (field): Row => ({
      name: `sandbox-${field}`,
      section: `sandboxes.*.${field}`,
      means: 'more than a sandbox has by itself',
      widens: always,
      words: ([sandbox], value) => `sandbox \`${sandbox}\` has \`${field}: ${whole(value)}\``,
    }),
  ),
  {
    name: 'sandbox-egress',
    section: 'sandboxes.*.egress.*',
    means: 'what programs of a sandbox may reach',
    widens: (value) => !isNear(value),
    words: ([sandbox], value) => `programs in sandbox \`${sandbox}\` may reach \`${value}\``,
  },
  {
    name: 'sandbox-near-egress',
    section: 'sandboxes.*.egress.*',
    means: 'the same of this machine and of private networks',
    near: true,
    widens: isNear,
    words: ([sandbox], value) => `programs in sandbox \`${sandbox}\` may reach \`${value}\`${nearby}`,
  },
  {
    name: 'sandbox-tools',
    section: 'sandboxes.*.tools.*',
    means: 'programs that a sandbox is given',
    widens: always,
    words: ([sandbox], value) => `sandbox \`${sandbox}\` has the program \`${value}\``,
  },
  {
    name: 'environments',
    section: 'environments.*',
    means: 'other hosts, with user, key and how the host is known',
    widens: always,
    words: ([environment], value) => `environment \`${environment}\` is another host: ${whole(value)}`,
  },
  {
    name: 'vaults',
    section: 'vaults.*',
    means: 'where secrets are read from and written to',
    widens: always,
    words: ([vault], value) => `secrets are taken from vault \`${vault}\`: ${whole(value)}`,
  },
  {
    name: 'vault-file',
    section: 'vaults.*.file',
    means: 'a file outside of the tree of the scenario',
    widens: isOutside,
    words: ([vault], value, besides) =>
      `vault \`${vault}\` is \`${value}\`, outside of the tree of the scenario: \`${besides}\``,
  },
  {
    name: 'vault-key',
    section: 'vaults.*.key.file',
    means: 'a file outside of the tree of the scenario',
    widens: isOutside,
    words: ([vault], value, besides) =>
      `vault \`${vault}\` is opened with the key in \`${value}\`, outside of the tree of the scenario: \`${besides}\``,
  },
  {
    name: 'workspace-source',
    section: 'workspaces.*.source',
    means: 'a folder outside of the tree of the scenario',
    widens: isOutside,
    words: ([workspace], value, besides) =>
      `workspace \`${workspace}\` is \`${value}\`, outside of the tree of the scenario: \`${besides}\``,
  },
  {
    name: 'grants',
    section: 'grants.delegation',
    means: 'whose authority things are done on: the file, and what is in it',
    widens: (value, { digestOf }) => (typeof value === 'string' && digestOf(value)) || true,
    words: (_, value, digest) =>
      `what is done stands on the delegations of \`${value}\`${digest === '' ? '' : `, as they are now: ${digest}`}`,
  },
];
