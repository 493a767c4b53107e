/** What a cluster cannot hold of a plan. */
import { define } from '../define.ts';
import { type ImageMissing, imageHelp } from './emit.ts';

export const kubernetesImageMissing = define('emit/kubernetes-image-missing', {
  severity: 'error',
  title: 'a program that is a path has no image to run in',
  message: (a: ImageMissing) => `${a.component} starts \`${a.path}\`, and Kubernetes runs nothing but images`,
  help: imageHelp,
});

export const kubernetesVm = define('emit/kubernetes-vm', {
  severity: 'error',
  title: 'a virtual machine cannot run under Kubernetes',
  message: (a: { component: string }) => `${a.component} is a virtual machine, which Kubernetes does not run`,
  help: 'give it an `image` program',
});

export const kubernetesFramework = define('emit/kubernetes-framework', {
  severity: 'error',
  title: 'Kubernetes does not offer what the framework does',
  message: (a: { component: string; use: string }) => `${a.component} ${a.use}, which Kubernetes does not offer`,
  help: 'remove it from what is deployed there',
});

export const kubernetesProgramSource = define('emit/kubernetes-program-source', {
  severity: 'error',
  title: 'the folder of a program cannot be a layer of an image',
  message: (a: { component: string; path: string; reason: string }) =>
    `${a.component} starts \`${a.path}\`, and ${a.reason}`,
  help: 'put the program into the image and name it by an absolute path, or beside its manifest',
});

export const kubernetesVaultSecret = define('emit/kubernetes-vault-secret', {
  severity: 'error',
  title: 'Kubernetes opens no vault',
  message: (a: { component: string; path: string }) =>
    `config \`${a.path}\` of ${a.component} refers to a secret of a vault, and Kubernetes opens none`,
  help: 'make it config of the root with `secret: true`: it is then made a Secret from a file',
});

export const kubernetesOptionalConfig = define('emit/kubernetes-optional-config', {
  severity: 'error',
  title: 'what is executed depends on whether a value is given',
  message: (a: { component: string; path: string }) =>
    `what ${a.component} executes depends on whether config \`${a.path}\` is given, and Kubernetes cannot tell`,
  help: ({ path }) => `give \`${path}\` a default in the config schema of the root, or make it required`,
});

export const kubernetesFileValues = define('emit/kubernetes-file-values', {
  severity: 'error',
  title: 'a mounted file is made of values that come later',
  message: (a: { component: string; file: string; paths: string }) =>
    `\`${a.file}\` of ${a.component} is put together from config ${a.paths}, and a cluster only mounts whole files`,
  help: 'mount each value as a file of its own, or hand it over in a variable',
});

export const kubernetesProgram = define('emit/kubernetes-program', {
  severity: 'error',
  title: 'a program cannot be written down before its config is known',
  message: (a: { component: string; reason: string }) => `${a.component} cannot be written for Kubernetes: ${a.reason}`,
  help: 'give what it needs a default, or write the program without it',
});

export const kubernetesWiring = define('emit/kubernetes-wiring', {
  severity: 'error',
  title: 'a part of the plan cannot be laid out',
  message: (a: { what: string; reason: string }) => `${a.what}: ${a.reason}`,
});

export const kubernetesOptionalSlot = define('emit/kubernetes-optional-slot', {
  severity: 'warning',
  title: 'an optional slot of the root is left unbound',
  message: (a: { slot: string }) => `optional slot \`${a.slot}\` of the root leads nowhere under Kubernetes`,
  help: 'make it required: the address behind it is then read from config.env',
});

export const kubernetesNotHeld = define('emit/kubernetes-not-held', {
  severity: 'warning',
  title: 'Kubernetes does not hold what the plan says',
  message: (a: { subject: string; what: string; reason: string }) =>
    `${a.what} of ${a.subject} does not hold under Kubernetes: ${a.reason}`,
  help: 'run it with `headgate run` where that matters',
});

export const kubernetesEmpty = define('emit/kubernetes-empty', {
  severity: 'warning',
  title: 'there is nothing to start',
  message: (_: Record<string, never>) => 'no component has a program, so Kubernetes has nothing to start',
  help: 'give a component a program',
});

export const kubernetesRunOnly = define('emit/kubernetes-run-only', {
  severity: 'error',
  title: 'a component needs what only a run has',
  message: (a: { component: string; use: string }) => `${a.component} ${a.use}, which only \`headgate run\` offers`,
  help: 'start it with `headgate run`, and leave it out of what is deployed',
});

export const kubernetesReplicas = define('emit/kubernetes-replicas', {
  severity: 'error',
  title: 'there cannot be more than one of a component',
  message: (a: { component: string; replicas: number; reason: string }) =>
    `${a.component} cannot have ${a.replicas} replicas: ${a.reason}`,
  help: 'set `replicas: 1`, or leave it away',
});
