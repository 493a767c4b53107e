/** Whatever the scenario: what is written for Compose lets through the edges of the plan, read back by whoever did not write it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkCompose, composeReach } from '../../src/plan/targets/compose/check.ts';
import { readYaml } from '../../src/plan/targets/read/yaml.ts';
import { composeOf, withText } from '../support/compose.ts';
import { randomScenario } from '../support/random-scenario.ts';
import { planFor, said } from '../support/random-target.ts';
import { share } from '../support/sweep.ts';

describe('a project of Compose', () => {
  test('lets through the edges of the plan and nothing else', async () => {
    let edges = 0;
    await fc.assert(
      fc.asyncProperty(randomScenario, async (scenario) => {
        const plan = await planFor(scenario);
        const { files, said: told } = composeOf(plan);
        expect(told.filter(({ code }) => code !== 'emit/bypassable-interposer')).toEqual([]);
        expect(checkCompose(files, plan)).toEqual([]);
        expect(
          composeReach(files)
            .map((one) => one.replace(/ via .* ->/, ' ->'))
            .sort(),
        ).toEqual([...said(plan).edges, ...said(plan).exports].sort());
        const text = files.get('compose.yaml') ?? '';
        expect(readYaml(text)).toEqual(parse(text));
        edges += plan.edges.length;
        // A listener less is seen, whichever it is.
        const listeners = (files.get('gate/haproxy.cfg') ?? '').split('\nlisten ');
        if (listeners.length > 1) {
          const gone = 1 + (edges % (listeners.length - 1));
          const less = withText(files, 'gate/haproxy.cfg', () =>
            listeners.filter((_, index) => index !== gone).join('\nlisten '),
          );
          expect(checkCompose(less, plan)).not.toEqual([]);
        }
      }),
      { numRuns: share(500) },
    );
    expect(edges).toBeGreaterThan(share(500));
  });
});
