/** What a program must have. */
import { type Definition, define } from '../../define.ts';

type Nothing = Readonly<Record<string, never>>;

export const emptyEntrypoint: Definition<Nothing> = define('check/empty-entrypoint', {
  severity: 'error',
  title: 'image program has no command',
  aliases: ['manifest::empty_entrypoint'],
  message: () =>
    'an image program needs an `entrypoint` of at least one word; the command built into the image is never used',
  help: 'write the command to run, for example `entrypoint: ["/app/serve", "--port", "8080"]`',
});

export const emptyProgramPath: Definition<Nothing> = define('check/empty-program-path', {
  severity: 'error',
  title: 'program path is blank',
  aliases: ['manifest::empty_program_path'],
  message: () => '`path` is blank, so there is no program to start',
  help: 'write the path of an executable, relative to this manifest or absolute',
});

export const emptyVmImage: Definition<Nothing> = define('check/empty-vm-image', {
  severity: 'error',
  title: 'virtual machine has no image',
  aliases: ['manifest::empty_vm_image'],
  message: () => '`vm.image` is blank, so there is nothing to boot',
  help: 'write the path of a disk image',
});

export const invalidVmCpus: Definition<Nothing> = define('check/invalid-vm-cpus', {
  severity: 'error',
  title: 'virtual machine without a processor',
  aliases: ['manifest::invalid_vm_cpus'],
  message: () => '`vm.cpus` is 0, and a virtual machine needs at least one processor',
  help: 'write 1 or more',
});

export const invalidVmMemoryMib: Definition<Nothing> = define('check/invalid-vm-memory-mib', {
  severity: 'error',
  title: 'virtual machine without memory',
  aliases: ['manifest::invalid_vm_memory_mib'],
  message: () => '`vm.memory_mib` is 0, and a virtual machine needs memory to boot',
  help: 'write the memory in mebibytes, for example 512',
});
