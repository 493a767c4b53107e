import type { Each, Program, Template, When } from '../../ir/manifest.ts';

/** One interpolated text of a program, with what guards it. */
export interface ProgramText {
  readonly template: Template;
  readonly location: string;
  /** `mount` and `endpoint` texts are decided at link time; the rest when the program starts. */
  readonly part: 'start' | 'mount' | 'endpoint';
  readonly each?: Each;
}

/** One `when` or `each` of a program. */
export interface ProgramGuard {
  readonly when?: When;
  readonly each?: Each;
  readonly location: string;
  readonly part: ProgramText['part'];
}

/** Every text and every guard, in the order of the grammar. */
export function partsOf(program: Program): {
  readonly texts: readonly ProgramText[];
  readonly guards: readonly ProgramGuard[];
} {
  const texts: ProgramText[] = [];
  const guards: ProgramGuard[] = [];
  const item = (
    guarded: { readonly when?: When; readonly each?: Each },
    location: string,
    part: ProgramText['part'],
  ): { each?: Each } => {
    if (guarded.when || guarded.each) {
      guards.push({
        location,
        part,
        ...(guarded.when ? { when: guarded.when } : {}),
        ...(guarded.each ? { each: guarded.each } : {}),
      });
    }
    return guarded.each ? { each: guarded.each } : {};
  };
  const base = program.kind === 'vm' ? 'program.vm' : 'program';
  const target = program.kind === 'path' ? 'program.path' : `${base}.image`;
  texts.push({ template: program.target, location: target, part: 'start' });
  if (program.kind === 'vm') vmTexts(program, texts);
  else {
    const command = program.kind === 'image' ? 'entrypoint' : 'args';
    for (const [index, argument] of program.command.entries()) {
      const location = `program.${command}[${index}]`;
      const each = item(argument, location, 'start');
      for (const [n, template] of argument.values.entries()) {
        const inner =
          argument.form === 'group' ? `${location}.argv[${n}]` : argument.object ? `${location}.arg` : location;
        texts.push({ template, location: inner, part: 'start', ...each });
      }
    }
    for (const variable of program.env) {
      const location = `program.env.${variable.name}`;
      const each = item(variable, location, 'start');
      texts.push({
        template: variable.value,
        location: variable.object ? `${location}.value` : location,
        part: 'start',
        ...each,
      });
    }
  }
  for (const [index, endpoint] of program.endpoints.entries()) {
    const location = `${base}.network.endpoints[${index}]`;
    const each = item(endpoint, location, 'endpoint');
    for (const [name, template] of Object.entries({
      name: endpoint.name,
      port: endpoint.port,
      protocol: endpoint.protocol,
    })) {
      if (typeof template !== 'number')
        texts.push({ template, location: `${location}.${name}`, part: 'endpoint', ...each });
    }
  }
  for (const [index, mount] of program.mounts.entries()) {
    const location = `${base}.mounts[${index}]`;
    const each = item(mount, location, 'mount');
    for (const [name, template] of Object.entries({ name: mount.name, path: mount.path, from: mount.from })) {
      if (template) texts.push({ template, location: `${location}.${name}`, part: 'mount', ...each });
    }
  }
  return { texts, guards };
}

function vmTexts(program: Extract<Program, { kind: 'vm' }>, texts: ProgramText[]): void {
  const named = {
    cpus: program.cpus,
    memory_mib: program.memoryMib,
    'cloud_init.user_data': program.userData,
    'cloud_init.vendor_data': program.vendorData,
  };
  for (const [name, template] of Object.entries(named)) {
    if (template && typeof template !== 'number')
      texts.push({ template, location: `program.vm.${name}`, part: 'start' });
  }
}
