/** Settings that ask for one right each, by the row of the table; and what the list says of it. */
export interface AskingSettings {
  readonly settings: string;
  /** In the words of the list. */
  readonly says: string;
}

const root = 'components: { /: ';
const sandboxed = (fields: string): string =>
  `profiles: { default: { sandbox: { mode: ref, ref: s } } }\nsandboxes: { s: ${fields} }\n`;
const lab = (host: string): string =>
  `environments: { lab: { driver: ssh, host: ${host}, user: u } }\nexperimental_features: [environments]\n`;
const vault = (file: string): string =>
  `vaults: { v: { provider: local_encrypted, file: ${file}, key: { passphraseEnv: P } } }\n`;

export const askingSettings: Readonly<Record<string, AskingSettings>> = {
  egress: { settings: `${root}{ egress: ["a.example:443"] } }\n`, says: 'component `/` may reach `a.example:443`' },
  'near-egress': {
    settings: `${root}{ egress: ["127.0.0.1:5432"] } }\n`,
    says: 'component `/` may reach `127.0.0.1:5432`, which is this machine or a private network',
  },
  'policy-secret': {
    settings: 'policies: { p: { grants: { secrets: [token] } } }\n',
    says: 'policy `p` may read the secret `token`',
  },
  'policy-usage': {
    settings: 'policies: { p: { grants: { usage: true } } }\n',
    says: 'what policy `p` inserts may tell the run what a model was used for',
  },
  control: { settings: `${root}{ control: true } }\n`, says: 'component `/` may talk to its own run' },
  creates: {
    settings: `${root}{ creates: { templates: [w], live: 8 } } }\n`,
    says: 'component `/` may create children: {"live":8,"templates":["w"]}',
  },
  'component-environment': {
    settings: `${root}{ environment: lab } }\n${lab('h')}`,
    says: 'component `/` runs in environment `lab`',
  },
  permissions: {
    settings: 'profiles: { default: { permissions: approve-all } }\n',
    says: 'workers of profile `default` may do everything unasked (`approve-all`)',
  },
  'no-sandbox': {
    settings: 'profiles: { default: { sandbox: { mode: none } } }\n',
    says: 'programs of profile `default` run without a sandbox',
  },
  'sandbox-processes': { settings: sandboxed('{ processes: 512 }'), says: 'sandbox `s` has `processes: 512`' },
  'sandbox-memoryMiB': { settings: sandboxed('{ memoryMiB: 2048 }'), says: 'sandbox `s` has `memoryMiB: 2048`' },
  'sandbox-cacheMiB': { settings: sandboxed('{ cacheMiB: 1024 }'), says: 'sandbox `s` has `cacheMiB: 1024`' },
  'sandbox-egress': {
    settings: sandboxed('{ egress: ["r.example:443"] }'),
    says: 'programs in sandbox `s` may reach `r.example:443`',
  },
  'sandbox-near-egress': {
    settings: sandboxed('{ egress: ["10.0.0.1:443"] }'),
    says: 'programs in sandbox `s` may reach `10.0.0.1:443`, which is this machine or a private network',
  },
  'sandbox-tools': { settings: sandboxed('{ tools: [chromium] }'), says: 'sandbox `s` has the program `chromium`' },
  environments: {
    settings: lab('h.example'),
    says: 'environment `lab` is another host: {"driver":"ssh","host":"h.example","user":"u"}',
  },
  vaults: {
    settings: vault('./s.vault'),
    says: 'secrets are taken from vault `v`: {"file":"./s.vault","key":{"passphraseEnv":"P"},"provider":"local_encrypted"}',
  },
  'vault-file': { settings: vault('/srv/s.vault'), says: 'outside of the tree of the scenario: `/srv/s.vault`' },
  'vault-key': {
    settings: 'vaults: { v: { provider: local_encrypted, file: s.vault, key: { file: /srv/keys/v.key } } }\n',
    says: 'vault `v` is opened with the key in `/srv/keys/v.key`, outside of the tree of the scenario: `/srv/keys/v.key`',
  },
  'workspace-source': {
    settings: 'workspaces: { w: { source: /srv/elsewhere, kind: dir } }\n',
    says: 'workspace `w` is `/srv/elsewhere`, outside of the tree of the scenario: `/srv/elsewhere`',
  },
  grants: {
    settings: 'grants: { delegation: ./operator.yaml }\n',
    says: 'what is done stands on the delegations of `./operator.yaml`',
  },
};
