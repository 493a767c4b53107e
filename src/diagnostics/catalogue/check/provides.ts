/** Provides, resources and endpoints. */
import { type Definition, define } from '../../define.ts';
import { type Near, proposal } from '../near.ts';

export const unsupportedProvideKind: Definition<{ name: string }> = define('check/unsupported-provide-kind', {
  severity: 'error',
  title: 'a program cannot provide storage',
  aliases: ['manifest::unsupported_provide_kind'],
  message: (a) => `provide \`${a.name}\` is of kind storage, which a program cannot serve`,
  help: 'declare storage under `resources`, and pass it on through slots of kind storage',
});

export const missingProvideEndpoint: Definition<{ name: string }> = define('check/missing-provide-endpoint', {
  severity: 'error',
  title: 'provide names no endpoint',
  aliases: ['manifest::missing_provide_endpoint'],
  message: (a) => `provide \`${a.name}\` does not say which endpoint of the program serves it`,
  help: 'add `endpoint: <name>` with the name of an endpoint under `program.network.endpoints`',
});

export const unknownEndpoint: Definition<{ provide: string; endpoint: string; hasProgram: boolean } & Near> = define(
  'check/unknown-endpoint',
  {
    severity: 'error',
    title: 'provide names an endpoint that the program does not have',
    aliases: ['manifest::unknown_endpoint'],
    message: (a) =>
      a.hasProgram
        ? `provide \`${a.provide}\` is served by endpoint \`${a.endpoint}\`, which the program does not have`
        : `provide \`${a.provide}\` is served by endpoint \`${a.endpoint}\`, and this manifest has no program`,
    help: (a) =>
      a.hasProgram
        ? proposal(a, `add \`${a.endpoint}\` to the \`network.endpoints\` of the program`)
        : 'add a program with that endpoint; to pass on what a child serves, export `#child.name` instead',
  },
);

export const duplicateEndpointName: Definition<{ name: string }> = define('check/duplicate-endpoint-name', {
  severity: 'error',
  title: 'two endpoints of a program have one name',
  aliases: ['manifest::duplicate_endpoint_name'],
  message: (a) => `endpoint \`${a.name}\` is declared more than once, so a provide cannot tell which of them serves it`,
  help: 'rename or remove one of them',
});

export const unsupportedResourceKind: Definition<{ name: string; kind: string }> = define(
  'check/unsupported-resource-kind',
  {
    severity: 'error',
    title: 'resource is of a kind other than storage',
    aliases: ['manifest::unsupported_resource_kind'],
    message: (a) => `resource \`${a.name}\` is of kind \`${a.kind}\`; only storage can be a resource`,
    help: (a) => `write \`kind: storage\`, or declare a slot if something of kind \`${a.kind}\` is needed`,
  },
);
