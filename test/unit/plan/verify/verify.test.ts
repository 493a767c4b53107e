import { describe, expect, it } from 'vitest';
import { readPublicKey } from '../../../../src/adapters/files/ed25519.ts';
import { digestOf } from '../../../../src/base/digest.ts';
import type { JsonObject } from '../../../../src/base/json.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { verifyRun } from '../../../../src/plan/verify/verify.ts';
import type { FolderFile } from '../../../../src/ports/folder-reader.ts';
import {
  type Files,
  type Forged,
  forgeRun,
  goodSandbox,
  memoryReader,
  type Said,
} from '../../../support/run/run-folder.ts';
import { data, gate, other, pair, refused, signing, verify, withEnvelope } from '../../../support/run/verified.ts';

describe('a folder as the run left it', () => {
  it('is verified, and says what it was about', () => {
    const { refused, verdict, run, keyid, evidence, journal } = verify(forgeRun());
    expect(refused).toEqual([]);
    expect({ verdict, run, keyid, evidence }).toEqual({
      verdict: { state: 'COMPLETE', basis: 'no_probes_declared' },
      run: '20300102-030405-678a',
      keyid: null,
      evidence: 5,
    });
    expect(journal?.entries).toBe(11);
  });

  it('is verified under any name: the id of the run stands in its statement', () => {
    const files = forgeRun();
    expect(
      verifyRun({ ...memoryReader(files), name: 'copy' }, { keys: { wanted: undefined, read: readPublicKey } }).refused,
    ).toEqual([]);
  });

  it('says of which workspaces the changes were given up, and of none that was made anew since', () => {
    const of = (type: string, id: string, end: JsonObject, attempt = 1): readonly Said[] =>
      [
        { type: 'intent', data: {} },
        { type: 'outcome', data: end },
      ].map((one) => ({ ...one, action: { type: `workspace.${type}`, target: `workspaces.${id}` }, attempt }));
    const done = { state: 'succeeded' };
    const givenUp = (id: string, abandoned: string): readonly Said[] => [
      ...of('prepare', id, done),
      ...of('finalize', id, { state: 'cancelled', workspace: { abandoned } }),
    ];
    const between = [
      ...givenUp('src:/a', 'half done'),
      ...givenUp('src:/b', 'tried again'),
      ...of('prepare', 'src:/b', done, 2),
      ...of('finalize', 'src:/b', done, 2),
      ...of('prepare', 'src:/c', done),
      ...of('finalize', 'src:/c', done),
    ];
    const found = verify(
      forgeRun({ said: (said) => said.flatMap((one) => (one.type === 'gate' ? [...between, one] : [one])) }),
    );
    expect(found.refused).toEqual([]);
    expect(found.abandoned).toEqual([{ workspace: 'src:/a', reason: 'half done' }]);
    expect(verify(forgeRun()).abandoned).toEqual([]);
  });

  it('says which programs were executed, byte for byte, and in which sandboxes', () => {
    const { predicate } = verify(forgeRun());
    expect(predicate?.['programs']).toMatchObject([
      { component: '/task', attempt: 1, path: './task.sh', digest: digestOf('program task') },
      { component: '/web', attempt: 1, path: './web.sh', digest: digestOf('program web') },
    ]);
    expect(predicate?.['sandboxes']).toMatchObject([
      { component: '/task', attempt: 1 },
      { component: '/web', attempt: 1 },
    ]);
  });
});

const changed = (name: string, change: (bytes: Buffer) => Buffer | undefined): Files => {
  const files = forgeRun();
  const bytes = change(Buffer.from(files.get(name) as Buffer));
  if (bytes) files.set(name, bytes);
  else files.delete(name);
  return files;
};
const evidenceIn = (files: Files): readonly string[] =>
  [...files.keys()].filter((name) => name.startsWith('evidence/'));

describe('what was changed is named', () => {
  const [first = ''] = evidenceIn(forgeRun());
  it.each<[string, Files, string]>([
    ['no statement', changed('verdict.dsse.json', () => undefined), 'statement_missing verdict.dsse.json'],
    ['an empty statement', changed('verdict.dsse.json', () => Buffer.alloc(0)), 'statement_corrupt verdict.dsse.json'],
    ['no plan', changed('plan.json', () => undefined), 'plan_corrupt plan.json'],
    ['no options', changed('options.json', () => undefined), 'options_changed options.json'],
    ['a log', changed('logs/web.log', (bytes) => bytes.fill(0x20, 3, 4)), 'file_changed logs/web.log'],
    ['no log', changed('logs/web.log', () => undefined), 'file_missing logs/web.log'],
    ['an end of a task', changed('ends/task.1.json', (bytes) => bytes.subarray(1)), 'file_changed ends/task.1.json'],
    ['no journal', changed('journal.ndjson', () => undefined), 'journal_missing journal.ndjson'],
    ['no evidence', changed(first, () => undefined), `evidence_missing ${first}`],
    ['other evidence', changed(first, (bytes) => Buffer.concat([bytes, bytes])), `evidence_corrupt ${first}`],
    ['a file more', forgeRun().set('logs/.DS_Store', Buffer.from('x')), 'file_unexpected logs/.DS_Store'],
    ['what a process left', forgeRun().set('owner.json', Buffer.from('{}')), 'file_unexpected owner.json'],
  ])('%s', (_, files, wanted) => {
    expect(refused(files)).toContain(wanted);
    for (const { reasons, remedy } of verify(files).refused) expect([...reasons, remedy].join()).not.toBe('');
  });

  it('a link and a pipe are no files', () => {
    const more: readonly FolderFile[] = [
      { name: 'a-link', kind: 'link', bytes: 0 },
      { name: 'a-pipe', kind: 'other', bytes: 0 },
    ];
    expect(refused(forgeRun(), { more })).toEqual(['file_unexpected a-link', 'file_unexpected a-pipe']);
  });

  it('the end of the journal, although its chain holds', () => {
    const cut = changed('journal.ndjson', (bytes) => bytes.subarray(0, bytes.lastIndexOf(10, -2) + 1));
    expect(refused(cut)).toContain('journal_corrupt journal.ndjson');
  });

  it('a journal that went on is told apart', () => {
    const longer = forgeRun({
      said: (said) => [...said, { type: 'cancel', data: { reason: 'more' } }, said.at(-1) as Said],
    });
    const files = forgeRun();
    expect(refused(files.set('journal.ndjson', longer.get('journal.ndjson') as Buffer))).toContain(
      'statement_stale verdict.dsse.json',
    );
  });

  it('a copy under another name, without its statement, is not said to have another journal', () => {
    const files = changed('verdict.dsse.json', () => undefined);
    const reader = { ...memoryReader(files), name: 'copy' };
    const { refused } = verifyRun(reader, { keys: { wanted: undefined, read: readPublicKey } });
    expect(refused.map(({ gate }) => gate)).toEqual(['statement_missing']);
  });

  it('a run that is not over, and not every piece of evidence that comes when it is', () => {
    const files = changed('journal.ndjson', (bytes) => bytes.subarray(0, bytes.lastIndexOf(10, -2) + 1));
    for (const name of [...evidenceIn(files), 'verdict.dsse.json']) files.delete(name);
    const found = refused(files);
    expect(found).toEqual(
      expect.arrayContaining(['statement_missing verdict.dsse.json', 'run_not_over journal.ndjson']),
    );
    expect(found.filter((one) => one.startsWith('evidence_missing'))).toEqual([]);
  });

  it('another plan than the one that was given', () => {
    const plan = JSON.parse(String(forgeRun().get('plan.json'))) as DeploymentPlan;
    const another = JSON.parse(
      String(forgeRun({ plan: (one) => ({ ...one, policies: [], storage: [], sources: [] }) }).get('plan.json')),
    );
    expect(refused(forgeRun(), { plan })).toEqual([]);
    expect(refused(forgeRun(), { plan: another as DeploymentPlan })).toEqual(['plan_differs plan.json']);
  });
});

const last = 'journal.ndjson line 11';

describe('what was made to fit, hashes and all, is refused for what it says', () => {
  it.each<[string, Forged, string]>([
    [
      'a program that is not the planned one',
      { evidence: (name, value) => (name === 'program /web' ? { ...value, digest: digestOf('another') } : value) },
      'program_differs /web',
    ],
    [
      'a program that nobody measured',
      {
        said: (said) =>
          said.map((one, at) =>
            at === 6 ? { ...one, data: { state: 'succeeded', sandbox: one.data['sandbox'] as string } } : one,
          ),
      },
      'program_differs /web',
    ],
    [
      'a component that the plan does not have',
      { plan: (plan) => ({ ...plan, components: [(plan['components'] as JsonObject[])[0] as JsonObject] }) },
      'program_differs /web',
    ],
    ...(
      [
        ['apart', ['mnt', 'pid']],
        ['interfaces', ['lo', 'eth0']],
        ['capabilities', '1f'],
        ['noNewPrivileges', false],
        ['seccomp', false],
        ['processes', 40],
        ['writable', ['/etc']],
      ] as const
    ).map(([field, value]): [string, Forged, string] => [
      `a sandbox with other ${field}`,
      { evidence: (name, one) => (name === 'sandbox' ? { ...goodSandbox, [field]: value as never } : one) },
      'sandbox_differs /task',
    ]),
    [
      'evidence about another plan',
      { evidence: (name, one) => (name === 'probed' ? withSubject(one, 'plan') : one) },
      'evidence_corrupt',
    ],
    [
      'evidence about another environment',
      { evidence: (name, one) => (name === 'probed' ? withSubject(one, 'environment') : one) },
      'evidence_corrupt',
    ],
    ['evidence that is no statement', { evidence: (name, one) => (name === 'probed' ? 7 : one) }, 'evidence_corrupt'],
    [
      'evidence that did not pass',
      {
        evidence: (name, one) =>
          name === 'probed' ? { ...one, predicate: { ...(one['predicate'] as JsonObject), passed: false } } : one,
      },
      'evidence_corrupt',
    ],
    ['COMPLETE, and a task failed', { said: (said) => data(said, 8, { state: 'failed' }) }, `verdict_differs ${last}`],
    [
      'COMPLETE, and a service never ended',
      { said: (said) => said.filter((_, at) => at !== 9) },
      'verdict_differs journal.ndjson line 10',
    ],
    [
      'COMPLETE, and nobody heard of a task',
      { said: (said) => said.filter((_, at) => at !== 8) },
      'verdict_differs journal.ndjson line 10',
    ],
    [
      'COMPLETE, and its environment was not fit',
      {
        said: (said) => data(said, 2, { state: 'failed' }),
        evidence: (name, one) =>
          name === 'probed' ? { ...one, predicate: { ...(one['predicate'] as JsonObject), passed: false } } : one,
      },
      `verdict_differs ${last}`,
    ],
    [
      'FAILED, and nothing failed',
      { said: (said) => gate(said, { state: 'FAILED', reasons: [] }) },
      `verdict_differs ${last}`,
    ],
    [
      'FAILED for what ended well',
      { said: (said) => gate(said, { state: 'FAILED', reasons: ['/web: it broke'] }) },
      `verdict_differs ${last}`,
    ],
    [
      'FAILED, and not for all that failed',
      {
        said: (said) =>
          gate(data(data(said, 8, { state: 'failed' }), 9, { state: 'failed' }), {
            state: 'FAILED',
            reasons: ['/web: it broke'],
          }),
      },
      `verdict_differs ${last}`,
    ],
    [
      'CANCELLED by nobody',
      { said: (said) => gate(said, { state: 'CANCELLED', reason: 'stop' }) },
      `verdict_differs ${last}`,
    ],
    [
      'CANCELLED for another reason',
      {
        said: (said) => [
          ...said.slice(0, -1),
          { type: 'cancel', data: { reason: 'one' } },
          { type: 'gate', data: { state: 'CANCELLED', reason: 'two' } },
        ],
      },
      'verdict_differs journal.ndjson line 12',
    ],
    [
      'BLOCKED by nothing',
      { said: (said) => gate(said, { state: 'BLOCKED', blocked: [] }) },
      `verdict_differs ${last}`,
    ],
    [
      'an end of an attempt that never began',
      { said: (said) => said.filter((_, at) => at !== 5) },
      'journal_corrupt journal.ndjson line 6',
    ],
    ['a journal without a start', { said: (said) => said.slice(1) }, 'journal_corrupt journal.ndjson line 1'],
    [
      'another plan in the journal',
      { said: (said) => data(said, 0, { plan: digestOf('another') }) },
      'plan_corrupt plan.json',
    ],
    [
      'other options in the journal',
      { said: (said) => data(said, 0, { options: digestOf('others') }) },
      'options_changed options.json',
    ],
    ...(['verdict', 'journal', 'plan', 'options', 'programs', 'sandboxes', 'evidence', 'enforcement'] as const).map(
      (part): [string, Forged, string] => [
        `a statement with other ${part}`,
        {
          statement: (one) => ({
            ...one,
            predicate: { ...(one['predicate'] as JsonObject), [part]: { seq: 10, head: 'x' } },
          }),
        },
        part === 'journal' ? 'journal_corrupt journal.ndjson' : `statement_differs verdict.dsse.json ${part}`,
      ],
    ),
    [
      'a statement about another subject',
      { statement: (one) => ({ ...one, subject: [] }) },
      'statement_differs verdict.dsse.json subject',
    ],
    [
      'a statement with more in it',
      { statement: (one) => ({ ...one, predicate: { ...(one['predicate'] as JsonObject), more: 1 } }) },
      'statement_differs verdict.dsse.json more',
    ],
    [
      'a statement of another type',
      { statement: (one) => ({ ...one, predicateType: 'x' }) },
      'statement_corrupt verdict.dsse.json',
    ],
  ])('%s', (_, forged, wanted) => {
    const found = refused(forgeRun(forged));
    expect(found.filter((one) => one.startsWith(wanted))).not.toEqual([]);
  });

  it('and with a key it is refused as a whole, since nobody else can sign it', () => {
    const forged = forgeRun({
      key: signing(other.privatePem),
      said: (said) => gate(said, { state: 'CANCELLED', reason: 'x' }),
    });
    expect(refused(forged, { pem: pair.publicPem })).toContain('signature_invalid verdict.dsse.json');
  });
});

function withSubject(statement: JsonObject, name: string): JsonObject {
  const subject = (statement['subject'] as JsonObject[]).map((one) =>
    one['name'] === name ? { ...one, digest: { sha256: '00' } } : one,
  );
  return { ...statement, subject };
}

describe('other ends', () => {
  const cancelled: Forged['said'] = (said) => [
    ...said.slice(0, 8),
    { type: 'cancel', data: { reason: 'stop' } },
    ...[8, 9].map((at) => ({ ...(said[at] as Said), data: { state: 'cancelled', exit: 'SIGTERM' } })),
    { type: 'gate', data: { state: 'CANCELLED', reason: 'stop' } },
  ];
  it.each<[string, Forged['said']]>([
    ['CANCELLED', cancelled],
    ['FAILED', (said) => gate(data(said, 8, { state: 'failed' }), { state: 'FAILED', reasons: ['/task: status 1'] })],
    [
      'BLOCKED',
      (said) => gate(said, { state: 'BLOCKED', blocked: [{ gate: 'g', subject: 's', reasons: ['r'], remedy: 'm' }] }),
    ],
  ])('%s is verified as what it is', (state, said) => {
    const { refused, verdict } = verify(forgeRun(said ? { said } : {}));
    expect(refused).toEqual([]);
    expect(verdict?.state).toBe(state);
  });
});

describe('nothing that lies there makes it throw', () => {
  const deep = Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}\n`);
  const contents: readonly (readonly [string, Buffer])[] = [
    ['nothing', Buffer.alloc(0)],
    ['a blank line', Buffer.from('\n')],
    ['zeros', Buffer.alloc(4096)],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x0a, 0xc3, 0x28, 0x0a])],
    ['what is deep', deep],
    ['deep objects', Buffer.from(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}\n`)],
    ['null', Buffer.from('null\n')],
    ['a list', Buffer.from('[]\n')],
    ['an object', Buffer.from('{}\n')],
    ['keys of prototypes', Buffer.from('{"__proto__":{"hash":"x"},"constructor":1}\n')],
  ];
  const names = [
    'verdict.dsse.json',
    'plan.json',
    'options.json',
    'journal.ndjson',
    evidenceIn(forgeRun())[0] as string,
  ];
  it.each(names.flatMap((name) => contents.map(([what, bytes]) => [name, what, bytes] as const)))(
    '%s: %s',
    (name, _, bytes) => {
      expect(refused(forgeRun().set(name, bytes))).not.toEqual([]);
    },
  );

  it.each(contents)('%s as the payload of an envelope', (_, payload) => {
    const files = withEnvelope(forgeRun(), (one) => ({ ...one, payload }));
    expect(refused(files)).toContain('statement_corrupt verdict.dsse.json');
  });

  it('an empty folder', () => {
    expect(refused(new Map())).toEqual([
      'statement_missing verdict.dsse.json',
      'plan_corrupt plan.json',
      'options_changed options.json',
      'journal_missing journal.ndjson',
    ]);
  });
});
