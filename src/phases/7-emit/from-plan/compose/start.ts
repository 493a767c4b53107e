/** What is executed, and what of it needs a secret first. */
import * as D from '../../../../diagnostics/catalogue/emit.ts';
import type { ConfigLeaf, WiredComponent } from '../../../../plan/wiring/component.ts';
import type { Tell } from '../containers/tell.ts';
import { leavesIn, type Parts, type Text } from '../containers/values.ts';
import { isVariableName } from './launcher.ts';

type Variable = readonly [string, Text];

export interface Start {
  readonly argv: readonly Text[];
  /** What stands in the service. */
  readonly env: readonly Variable[];
  /** A line of shell reads secrets first. */
  readonly launched: boolean;
  readonly secretEnv: readonly Variable[];
  /** Everything that holds a secret. */
  readonly secretTexts: readonly Text[];
  /** What is no secret, and stands in a text beside one. */
  readonly passed: readonly ConfigLeaf[];
}

const hasSecret = (text: Text): boolean =>
  text.some((part) => typeof part === 'object' && 'leaf' in part && part.leaf.secret);

/** Undefined after a fault. */
export function startOf({ moniker }: WiredComponent, { image, argv, env }: Parts, tell: Tell): Start | undefined {
  const secretEnv = env.filter(([, text]) => hasSecret(text));
  const secretTexts = [...secretEnv.map(([, text]) => text), ...argv.filter(hasSecret)];
  const launched = secretTexts.length > 0;
  const faults = [
    ...(image && hasSecret(image) ? [{ text: image, reason: 'it would stand in the name of its image' }] : []),
    ...(launched && argv.length === 0
      ? secretTexts.map((text) => ({
          text,
          reason: 'its manifest has no `entrypoint`, so nobody knows what to start with it',
        }))
      : []),
    ...secretEnv.flatMap(([name, text]) =>
      isVariableName(name) ? [] : [{ text, reason: `no shell knows a variable \`${name}\`` }],
    ),
  ];
  for (const { text, reason } of faults)
    for (const { path } of leavesIn([text]).filter(({ secret }) => secret))
      tell.of(moniker, (at) => D.composeSecretStart({ component: moniker, path, reason }, at));
  if (faults.length > 0) return undefined;
  const beside = launched ? leavesIn([...secretEnv.map(([, text]) => text), ...argv]) : [];
  return {
    argv,
    env: env.filter(([, text]) => !hasSecret(text)),
    launched,
    secretEnv,
    secretTexts,
    passed: beside.filter(({ secret }) => !secret),
  };
}
