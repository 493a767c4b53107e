import type { Cli } from '../../../../app/cli.ts';
import type { PreviewFlags } from '../../../actions/secrets/import/preview.ts';
import type { CommandDefinition } from '../../../definition.ts';
import { withSecretsOptions } from '../options.ts';

export const importPreview: CommandDefinition = {
  name: 'preview',
  summary: 'show what could be imported from a vault; it is listed, and no value is read',
  syntax: (command) =>
    withSecretsOptions(
      command
        .argument('<VAULT>', 'its name in the settings')
        .option('--query <TEXT>', 'what the vault is to look for, of at most 200 characters')
        .option('--page-token <TOKEN>', 'the page after another one, which showed this token')
        .option('--page-size <N>', 'how many are shown at once, from 1 to 100; 50 unless given'),
    ),
  action: async (cli: Cli, vault: string, flags: PreviewFlags) => {
    const { importPreviewCommand } = await import('../../../actions/secrets/import/preview.ts');
    return importPreviewCommand(cli, vault, flags);
  },
};
