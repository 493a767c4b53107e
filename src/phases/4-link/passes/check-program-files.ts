import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/scenario-lints.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Template } from '../../../ir/manifest.ts';
import type { LoadedManifest } from '../../../ir/tree.ts';
import { literalOf, renderTemplate } from '../../../language/program/static-text.ts';
import type { Machine } from '../../../ports/machine.ts';
import type { Instance } from '../instance.ts';

/**
 * Programs that are not on this machine. Only what is known without the root config is looked for: the program, and the words
 * behind it as far as they are known, since `env` names the real one there. What several components start in one folder is looked for
 * once, and so is what all instances of a manifest start. O(components).
 */
export function checkProgramFiles(instances: readonly Instance[], machine: Machine, sink: Sink): void {
  const known = new Map<string, MachineFault>();
  const faultOf = (argv: readonly string[], url: string): MachineFault => {
    const key = JSON.stringify([url.slice(0, url.lastIndexOf('/')), ...argv]);
    const fault = known.has(key) ? known.get(key) : machine.programFault(argv, url);
    known.set(key, fault);
    return fault;
  };
  const ofAll = new Map<LoadedManifest, MachineFault>();
  const look = (instance: Instance, words: readonly Template[]): MachineFault => {
    const argv: string[] = [];
    for (const template of words) {
      const rendered = renderTemplate(template, { space: instance.space, self: instance.id });
      const text = rendered.ok ? literalOf(rendered.parts) : undefined;
      if (text === undefined) break;
      argv.push(text);
    }
    const { loaded } = instance.node;
    const fault = argv.length > 0 ? faultOf(argv, loaded.url) : undefined;
    if (words.every(isLiteral)) ofAll.set(loaded, fault);
    return fault;
  };
  for (const instance of instances) {
    const program = instance.manifest.program;
    if (program?.kind !== 'path' || !instance.configOk) continue;
    const { loaded } = instance.node;
    const fault = ofAll.has(loaded)
      ? ofAll.get(loaded)
      : look(instance, [program.target, ...plainArguments(program.command)]);
    if (!fault) continue;
    const place = { at: at(instance.manifest.file, program.target.range), label: 'this program', help: fault.help };
    sink.report(D.missingProgram({ reason: fault.message }, place));
  }
}

type MachineFault = ReturnType<Machine['programFault']>;

const isLiteral = ({ pieces }: Template): boolean => pieces.every(({ kind }) => kind === 'literal');

interface Word {
  readonly values: readonly Template[];
  readonly when?: unknown;
  readonly each?: unknown;
}

/** Those that come in any case, up to the first that may not. */
function plainArguments(command: readonly Word[]): readonly Template[] {
  const end = command.findIndex(({ when, each }) => when !== undefined || each !== undefined);
  return command.slice(0, end < 0 ? command.length : end).flatMap(({ values }) => values);
}
