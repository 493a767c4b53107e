import { define } from '../define.ts';

/** One fault of one answer; `place` is where in its text, when that is known. */
export interface AnswerFault {
  readonly scope: string;
  readonly policy: string;
  readonly path: string;
  readonly place: string;
  readonly reason: string;
}

const message = (a: AnswerFault): string =>
  `answer of policy \`${a.policy}\` for scope \`${a.scope}\`, at \`${a.path}\`${a.place}: ${a.reason}`;

const severity = 'error' as const;
const undecoded = ['compiler::overlay_pass_interposition_plan_deserialize'] as const;
const refused = ['compiler::overlay_pass_invalid_interposition_plan'] as const;

export const answerNotJson = define('govern/answer-not-json', {
  severity,
  title: 'answer of a policy is not JSON',
  aliases: undecoded,
  message,
  help: 'a policy answers with one JSON object; `{"interpositions": []}` proposes nothing',
});

export const answerShape = define('govern/answer-shape', {
  severity,
  title: 'answer of a policy has the wrong shape',
  aliases: undecoded,
  message,
  help: 'the answer is read strictly, so that a misspelt field cannot be overlooked',
});

export const answerUnknownTemplate = define('govern/answer-unknown-template', {
  severity,
  title: 'interposition names a template that the answer does not have',
  aliases: refused,
  message,
  help: 'the names are the keys of `templates`, which stands beside `interpositions`',
});

export const answerEmptyAttachments = define('govern/answer-empty-attachments', {
  severity,
  title: 'interposer is attached to nothing',
  aliases: refused,
  message,
  help: 'name at least one edge in `attachments`, or leave the interposition out',
});

export const answerMissingConfigSchema = define('govern/answer-missing-config-schema', {
  severity,
  title: 'interposer has config and no schema',
  aliases: refused,
  message,
  help: 'send a `config_schema`, or leave `config` out',
});

export const answerInvalidConfigSchema = define('govern/answer-invalid-config-schema', {
  severity,
  title: 'config schema of an interposer cannot be used',
  aliases: refused,
  message,
  help: 'the schema of an interposer keeps the rules that `config_schema` of a manifest keeps',
});

export const answerInvalidConfig = define('govern/answer-invalid-config', {
  severity,
  title: 'config of an interposer does not match its schema',
  aliases: refused,
  message,
  help: 'the config is that of a child of the scope: `${config.x}` in it reads the config of the scope itself',
});

export const answerMissingProgram = define('govern/answer-missing-program', {
  severity,
  title: 'interposer has no program',
  aliases: refused,
  message,
  help: 'send a `program` that listens on an endpoint and passes on what it gets',
});

export const answerInvalidProgram = define('govern/answer-invalid-program', {
  severity,
  title: 'program of an interposer breaks a rule of programs',
  aliases: refused,
  message,
  help: 'it keeps the rules of `program` in a manifest that enables no experimental feature',
});

export const answerAmbiguousName = define('govern/answer-ambiguous-name', {
  severity,
  title: 'slot and provide of an interposer share a name',
  aliases: refused,
  message,
});

export const answerInvalidResource = define('govern/answer-invalid-resource', {
  severity,
  title: 'resource of an interposer cannot be made',
  aliases: refused,
  message,
  help: 'a resource is `{"kind": "storage"}`, with plain text as `size`, `retention` and `sharing`',
});

export const answerMountedSlot = define('govern/answer-mounted-slot', {
  severity,
  title: 'interposer mounts a slot that nothing can be bound to',
  aliases: refused,
  message,
});

export const answerStorageProvide = define('govern/answer-storage-provide', {
  severity,
  title: 'interposer provides storage',
  aliases: refused,
  message,
  help: 'provide something that a program can serve, such as `http`',
});

export const answerMissingEndpoint = define('govern/answer-missing-endpoint', {
  severity,
  title: 'provide of an interposer names no endpoint',
  aliases: refused,
  message,
  help: 'give every provide the name of an endpoint under `program.network.endpoints`',
});

export const answerUnknownEndpoint = define('govern/answer-unknown-endpoint', {
  severity,
  title: 'provide of an interposer names an endpoint that is not there',
  aliases: refused,
  message,
  help: 'name an endpoint of `program.network.endpoints`',
});

export const answerDuplicateTarget = define('govern/answer-duplicate-target', {
  severity,
  title: 'interposer is attached twice to one edge',
  aliases: refused,
  message,
  help: 'to pass one edge twice, propose two interpositions',
});

export const answerDuplicateSlot = define('govern/answer-duplicate-slot', {
  severity,
  title: 'interposer takes two edges on one slot',
  aliases: refused,
  message,
  help: 'declare one slot for each edge; a provide may serve several',
});

export const answerUnknownTarget = define('govern/answer-unknown-target', {
  severity,
  title: 'answer names an edge that its request does not show',
  aliases: refused,
  message,
  help: 'take `target` from the `id` of a binding, an import or an export of this very request',
});

export const answerUnsupportedTarget = define('govern/answer-unsupported-target', {
  severity,
  title: 'edge cannot be interposed',
  aliases: refused,
  message,
  help: 'leave such edges alone; to forbid one, answer with a finding of severity `error`',
});

export const answerUnknownSlot = define('govern/answer-unknown-slot', {
  severity,
  title: 'attachment names a slot that the interposer does not have',
  aliases: refused,
  message,
});

export const answerSlotMismatch = define('govern/answer-slot-mismatch', {
  severity,
  title: 'slot of an interposer differs from its edge in kind or profile',
  aliases: refused,
  message,
  help: 'copy kind and profile from the `capability` of the edge in the request',
});

export const answerUnknownProvide = define('govern/answer-unknown-provide', {
  severity,
  title: 'attachment names a provide that the interposer does not have',
  aliases: refused,
  message,
});

export const answerProvideMismatch = define('govern/answer-provide-mismatch', {
  severity,
  title: 'provide of an interposer differs from its edge in kind or profile',
  aliases: refused,
  message,
  help: 'copy kind and profile from the `capability` of the edge in the request',
});

export const answerProtocol = define('govern/answer-protocol', {
  severity,
  title: 'interposer does not speak the protocol of its edge',
  message,
  help: 'leave the edge out, or answer with an interposer whose endpoint has that `protocol`; one that only passes bytes on may say either',
});

export const answerUnattachedSlot = define('govern/answer-unattached-slot', {
  severity,
  title: 'required slot of an interposer is not attached',
  aliases: refused,
  message,
  help: 'attach an edge to the slot, mark it `optional`, or remove it',
});
