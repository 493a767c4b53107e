import { describe, expect, it } from 'vitest';
import { type CompileResult, compile } from '../../../../src/compile.ts';
import { renderText } from '../../../../src/diagnostics/render/text.ts';
import { base, compileFiles, loaderOf } from '../../../support/policy-scenario.ts';

const vaults = { local: { provider: 'local_encrypted', file: 'v', key: { passphraseEnv: 'P' } } } as const;
const files = {
  'scenario.yaml': `manifest_version: "0.4.0"
config_schema: { type: object, properties: { top: { type: string } } }
components: { a: { manifest: ./a.yaml, config: { key: "secret://local/k" } } }
`,
  'a.yaml':
    'manifest_version: "0.4.0"\nconfig_schema: { type: object, properties: { key: { type: integer } } }\nprogram: { path: /bin/true, env: { KEY: "${config.key}" } }\n',
};

const errorsOf = ({ diagnostics }: CompileResult) => diagnostics.filter(({ severity }) => severity === 'error');

describe('a scenario IR with references to secrets', () => {
  it('is held against the vaults of where it is compiled', async () => {
    const { compiled } = await compileFiles(files, () => ({}), { runtime: { vaults } });
    const [text = ''] = [...(compiled?.emit('ir').values() ?? [])];
    expect(text).toContain('secret://local/k');
    const again = (text: string, runtime: object, env: Readonly<Record<string, string>> = {}) =>
      compile({
        input: `${base}scenario.json`,
        baseDir: base,
        ir: true,
        loader: loaderOf({ 'scenario.json': text }),
        policyClient: { sandbox: 'none', ask: async () => [] },
        runtime,
        rootConfig: { env },
      });
    expect((await again(text, { vaults })).compiled?.planText).toContain('secret://local/k');
    const elsewhere = await again(text, {});
    expect(elsewhere.compiled).toBeUndefined();
    expect(errorsOf(elsewhere)).toMatchObject([{ code: 'link/unknown-vault', at: { file: 'scenario.json' } }]);
    const broken = await again(text.replaceAll('secret://local/k', 'secret://CANARY'), { vaults });
    expect(broken.diagnostics.map(({ code }) => code)).toContain('link/secret-reference-invalid');
    expect(JSON.stringify(broken.diagnostics) + renderText(broken.diagnostics, broken.sources)).not.toContain('CANARY');
    const given = await again(text, { vaults }, { HEADGATE_CONFIG_TOP: 'secret://CANARY' });
    expect(errorsOf(given)).toMatchObject([{ code: 'link/secret-reference-invalid' }]);
  });
});
