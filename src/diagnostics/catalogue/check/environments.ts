/** Environments in which references are resolved. */
import { type Definition, define } from '../../define.ts';
import { type Near, proposal } from '../near.ts';

interface UnknownEnvironment extends Near {
  readonly environment: string;
}
const declareEnvironment = (a: UnknownEnvironment): string =>
  proposal(a, `declare \`${a.environment}\` under \`environments\``);

export const unknownEnvironmentExtends: Definition<UnknownEnvironment & { by: string }> = define(
  'check/unknown-environment-extends',
  {
    severity: 'error',
    title: 'environment extends one that does not exist',
    aliases: ['manifest::unknown_environment_extends'],
    message: (a) => `environment \`${a.by}\` extends \`${a.environment}\`, which this manifest does not declare`,
    help: (a) => declareEnvironment(a),
  },
);

export const environmentCycle: Definition<{ cycle: readonly string[] }> = define('check/environment-cycle', {
  severity: 'error',
  title: 'environments extend each other in a circle',
  aliases: ['manifest::environment_cycle'],
  message: (a) => `environments extend each other in a circle: ${a.cycle.map((name) => `\`${name}\``).join(' → ')}`,
  help: 'remove one `extends` of the circle; an environment needs a first one to build on',
});

export const unknownComponentEnvironment: Definition<UnknownEnvironment & { component: string }> = define(
  'check/unknown-component-environment',
  {
    severity: 'error',
    title: 'component asks for an environment that does not exist',
    aliases: ['manifest::unknown_component_environment'],
    message: (a) =>
      `component \`${a.component}\` is resolved in environment \`${a.environment}\`, which this manifest does not declare`,
    help: (a) => declareEnvironment(a),
  },
);

export const unknownUseEnvironment: Definition<UnknownEnvironment & { use: string }> = define(
  'check/unknown-use-environment',
  {
    severity: 'error',
    title: '`use` entry asks for an environment that does not exist',
    aliases: ['manifest::unknown_use_environment'],
    message: (a) =>
      `\`use\` entry \`${a.use}\` is resolved in environment \`${a.environment}\`, which this manifest does not declare`,
    help: (a) => declareEnvironment(a),
  },
);
