import type { Cli } from '../../app/cli.ts';
import type { AnswerFlags } from '../actions/answer.ts';
import { type CommandDefinition, withAnswer } from '../definition.ts';

export const reject: CommandDefinition = {
  name: 'reject',
  summary: 'say no to what a component has asked for',
  syntax: withAnswer,
  action: async (cli: Cli, run: string, id: string, flags: AnswerFlags) => {
    const { answerCommand } = await import('../actions/answer.ts');
    return answerCommand(cli, 'reject', run, id, flags);
  },
};
