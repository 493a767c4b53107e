/** The scenario, compiled with its real policy: what the plan says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The parts of a plan that are looked at here. */
interface Plan {
  readonly components: readonly {
    readonly moniker: string;
    readonly origin: { readonly policy?: string; readonly edges?: readonly string[] };
  }[];
  readonly edges: readonly {
    readonly id: string;
    readonly hop: number;
    readonly from: { readonly component: string };
    readonly to: { readonly component: string };
  }[];
}

/** `npm test` puts every node_modules/.bin from here upwards in front of PATH. */
const headgate = process.env['HEADGATE'] ?? 'headgate';
/** Further options, such as --no-sandbox where no sandbox can be made. */
const more = (process.env['HEADGATE_ARGS'] ?? '').split(' ').filter((option) => option !== '');

function compileScenario(): Plan {
  const scenario = fileURLToPath(new URL('../../scenario.yaml', import.meta.url));
  const { error, status, stdout, stderr } = spawnSync(headgate, ['compile', scenario, ...more], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 180_000,
  });
  if (error) {
    assert.fail(`${headgate} cannot be run (${error.message}): put headgate on PATH, or set HEADGATE to its path`);
  }
  assert.equal(status, 0, `headgate compile failed (exit ${status}):\n${stderr}`);
  return JSON.parse(stdout) as Plan;
}

let plan: Plan;
before(() => {
  plan = compileScenario();
});
const recorders = () => plan.components.filter(({ origin }) => origin.policy === '#audit.record');

test('one recorder sits between web and notes', () => {
  assert.deepEqual(
    recorders().map(({ origin }) => origin.edges),
    [['/web.notes']],
  );
});

test('nothing goes around it', () => {
  const recorder = recorders()[0]?.moniker;
  const hops = plan.edges.filter(({ id }) => id === '/web.notes').sort((a, b) => a.hop - b.hop);
  assert.deepEqual(
    hops.map(({ from, to }) => [from.component, to.component]),
    [
      ['/notes', recorder],
      [recorder, '/web'],
    ],
  );
});
