import type { Cli } from '../../app/cli.ts';
import type { AnswerFlags } from '../actions/answer.ts';
import { type CommandDefinition, withAnswer } from '../definition.ts';

export const accept: CommandDefinition = {
  name: 'accept',
  summary: 'say yes to what a component has asked for',
  syntax: withAnswer,
  action: async (cli: Cli, run: string, id: string, flags: AnswerFlags) => {
    const { answerCommand } = await import('../actions/answer.ts');
    return answerCommand(cli, 'accept', run, id, flags);
  },
};
