/** `headgate compile` is what makes a profile: out of what the settings say, with every choice made. */
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

it('is made with every choice, of what a component uses, and what nobody uses is not made', () => {
  const folder = temp.lay({
    'scenario.yaml': 'manifest_version: "0.4.0"\nprogram: { path: /bin/true }\n',
    'headgate.yaml':
      'components: { /: { restart: never, profile: mine } }\nprofiles: { mine: { type: user_owned_model }, spare: {} }\n',
  });
  const { status, stdout, stderr } = runCli(['compile', 'scenario.yaml'], { cwd: folder });
  expect(status, stderr).toBe(0);
  const { runtime } = JSON.parse(stdout) as { readonly runtime: { readonly profiles: object } };
  expect(runtime.profiles).toEqual({
    mine: {
      type: 'user_owned_model',
      runtime: { mode: 'default' },
      sandbox: { mode: 'inherit' },
      permissions: 'deny-all',
    },
  });
});
