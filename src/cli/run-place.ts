/** `--on`: where a run goes that is not to run on this machine, and what is written for it. */
import type { Cli } from '../app/cli.ts';
import { UsageError } from '../app/usage-error.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { renderText } from '../diagnostics/render/text.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { emitPlan } from '../phases/7-emit/emitters.ts';
import type { RunPlace } from '../runtime/run-options.ts';

export interface PlaceFlags {
  readonly on?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly yes?: boolean;
  readonly sandbox?: boolean;
  readonly proveEnforcement?: boolean;
}

export function placeFrom(flags: PlaceFlags): RunPlace | undefined {
  const { on } = flags;
  if (on === undefined) {
    const alone = (['context', 'namespace', 'yes'] as const).find((name) => flags[name] !== undefined);
    if (alone !== undefined) throw new UsageError(`--${alone} belongs to --on kubernetes`);
    return undefined;
  }
  if (flags.proveEnforcement)
    throw new UsageError(`--prove-enforcement tries sandboxes of this machine from inside, and --on ${on} has none`);
  const wrong =
    on === 'kubernetes'
      ? undefined
      : (['context', 'namespace', 'yes'] as const).find((name) => flags[name] !== undefined);
  if (wrong !== undefined) throw new UsageError(`--${wrong} belongs to --on kubernetes`);
  if (on === 'compose') return { kind: 'compose' };
  const { context, namespace, yes } = flags;
  if (on === 'kubernetes')
    return {
      kind: 'kubernetes',
      ...(context === undefined ? {} : { context }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(yes ? { yes } : {}),
    };
  throw new UsageError(`--on takes compose or kubernetes, and was given \`${on}\``);
}

/** Undefined after what cannot be written was told. */
export async function filesFor(
  cli: Cli,
  { kind }: RunPlace,
  plan: DeploymentPlan,
): Promise<ReadonlyMap<string, string> | undefined> {
  const said: Diagnostic[] = [];
  const files = emitPlan(kind, { plan }, (one) => said.push(one));
  await cli.err(renderText(said, new Map(), { width: cli.width, palette: cli.palette }));
  return said.some(({ severity }) => severity === 'error') ? undefined : files;
}
