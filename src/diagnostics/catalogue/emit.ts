/** What a target cannot hold of a plan. Codes begin with the name of the target. */
import { define } from '../define.ts';

export interface ImageMissing {
  readonly component: string;
  readonly path: string;
  /** What the image has to have. */
  readonly needs: string;
  /** One that has it. */
  readonly image?: string;
}

export const imageHelp = ({ component, needs, image = 'NAME:TAG' }: ImageMissing): string =>
  `name in headgate.yaml an image that has \`${needs}\`: \`components: { ${component}: { image: "${image}" } }\``;

export const composeImageMissing = define('emit/compose-image-missing', {
  severity: 'error',
  title: 'a program that is a path has no image to run in',
  message: (a: ImageMissing) => `${a.component} starts \`${a.path}\`, and Compose runs nothing but images`,
  help: imageHelp,
});

export const composeVm = define('emit/compose-vm', {
  severity: 'error',
  title: 'a virtual machine cannot run under Compose',
  message: (a: { component: string }) => `${a.component} is a virtual machine, which Compose does not run`,
  help: 'give it an `image` program',
});

export const composeFramework = define('emit/compose-framework', {
  severity: 'error',
  title: 'Compose does not offer what the framework does',
  message: (a: { component: string; use: string }) => `${a.component} ${a.use}, which Compose does not offer`,
  help: 'remove it from what is deployed there',
});

export const composeProgramSource = define('emit/compose-program-source', {
  severity: 'error',
  title: 'the folder of a program cannot be mounted',
  message: (a: { component: string; path: string; reason: string }) =>
    `${a.component} starts \`${a.path}\`, and ${a.reason}`,
  help: 'put the program into the image and name it by an absolute path, or beside its manifest',
});

export const composeRunOnly = define('emit/compose-run-only', {
  severity: 'error',
  title: 'a component needs what only a run has',
  message: (a: { component: string; use: string }) => `${a.component} ${a.use}, which only \`headgate run\` offers`,
  help: 'start it with `headgate run`, and leave it out of what is deployed',
});

export const composeVaultSecret = define('emit/compose-vault-secret', {
  severity: 'error',
  title: 'Compose opens no vault',
  message: (a: { component: string; path: string }) =>
    `config \`${a.path}\` of ${a.component} refers to a secret of a vault, and Compose opens none`,
  help: 'make it config of the root with `secret: true`: Compose then reads it from a file',
});

export const composeSecretStart = define('emit/compose-secret-start', {
  severity: 'error',
  title: 'a secret cannot be handed to a program',
  message: (a: { component: string; path: string; reason: string }) =>
    `secret config \`${a.path}\` cannot be handed to ${a.component}: ${a.reason}`,
  help: 'mount the secret as a file, and let the program read it there',
});

export const composeOptionalConfig = define('emit/compose-optional-config', {
  severity: 'error',
  title: 'what is executed depends on whether a value is given',
  message: (a: { component: string; path: string }) =>
    `what ${a.component} executes depends on whether config \`${a.path}\` is given, and Compose cannot tell`,
  help: ({ path }) => `give \`${path}\` a default in the config schema of the root, or make it required`,
});

export const composeFileValues = define('emit/compose-file-values', {
  severity: 'error',
  title: 'a mounted file is made of values that come later',
  message: (a: { component: string; file: string; paths: string }) =>
    `\`${a.file}\` of ${a.component} is put together from config ${a.paths}, and Compose only mounts whole files`,
  help: 'mount each value as a file of its own, or hand it over in a variable',
});

export const composeProgram = define('emit/compose-program', {
  severity: 'error',
  title: 'a program cannot be written down before its config is known',
  message: (a: { component: string; reason: string }) => `${a.component} cannot be written for Compose: ${a.reason}`,
  help: 'give what it needs a default, or write the program without it',
});

export const composeWiring = define('emit/compose-wiring', {
  severity: 'error',
  title: 'a part of the plan cannot be laid out',
  message: (a: { what: string; reason: string }) => `${a.what}: ${a.reason}`,
});

export const composeTooMany = define('emit/compose-too-many', {
  severity: 'error',
  title: 'there are more components than networks',
  message: (a: { count: number; most: number }) =>
    `${a.count} networks are needed, and ${a.most} fit into what Compose is given`,
  help: 'deploy the scenario in parts',
});

export const composeOptionalSlot = define('emit/compose-optional-slot', {
  severity: 'warning',
  title: 'an optional slot of the root is left unbound',
  message: (a: { slot: string }) => `optional slot \`${a.slot}\` of the root leads nowhere under Compose`,
  help: 'make it required: the address behind it is then read from .env',
});

export const composeNotHeld = define('emit/compose-not-held', {
  severity: 'warning',
  title: 'Compose does not hold what the plan says',
  message: (a: { subject: string; what: string; reason: string }) =>
    `${a.what} of ${a.subject} does not hold under Compose: ${a.reason}`,
  help: 'run it with `headgate run` where that matters',
});

export const composeEmpty = define('emit/compose-empty', {
  severity: 'warning',
  title: 'there is nothing to start',
  message: (_: Record<string, never>) => 'no component has a program, so Compose has nothing to start',
  help: 'give a component a program',
});

export const bypassableInterposer = define('emit/bypassable-interposer', {
  severity: 'warning',
  title: 'a component can leave an interposer out',
  message: (a: { edge: string; component: string; slot: string; skipped: string }) =>
    `edge ${a.edge} passes through ${a.skipped}, and slot \`${a.slot}\` of ${a.component} leads to the same port without it`,
  help: 'let the policy sit on both edges, or offer what may be reached directly on a port of its own',
});

export const loopbackListener = define('emit/loopback-listener', {
  severity: 'warning',
  title: 'a program is told to listen where no edge reaches it',
  message: (a: { component: string; text: string }) =>
    `${a.component} is told to listen on \`${a.text}\`, and in a container whoever asks comes from another address`,
  help: 'let it listen on all addresses (`0.0.0.0` or `::`): it is alone there, and in a sandbox too',
});

export const leftoverKept = define('emit/leftover-kept', {
  severity: 'warning',
  title: 'a file of an earlier output is no longer part of it, and was kept',
  message: (a: { path: string; reason: string }) =>
    `\`${a.path}\` is left of an earlier output, and is kept: ${a.reason}`,
  help: 'whoever uses the folder as a whole uses this file too: remove it, or move it to another place',
});

export const listMissing = define('emit/list-missing', {
  severity: 'info',
  title: 'a folder has no list of what headgate wrote there',
  message: (a: { path: string; list: string }) =>
    `\`${a.path}\` has no list of what headgate wrote there (\`${a.list}\`), so nothing of it was removed`,
  help: 'files of an earlier plan may be left in it: look, or write to a new folder and move what is yours there; from now on there is a list',
});
