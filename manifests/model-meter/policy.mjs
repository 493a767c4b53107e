// @ts-check
/** Puts a meter on every edge to a model that it is told to take. */
import { interposition, select, servePolicy, sourceOf } from '../lib/policy.mjs';

const { max_request_bytes, first_port, ...selection } = JSON.parse(process.env['CONFIG'] ?? '{}');
const source = sourceOf(process.env['PROXY'] ?? '', process.env['INTERPOSER'] ?? '');

servePolicy((scope) => {
  /** @type {<E extends { capability: { profile: string | null } }>(edges: E[]) => E[]} */
  const ofModels = (edges) => edges.filter(({ capability }) => capability.profile === 'model_provider');
  const { bindings, imports, exports } = scope;
  const models = { ...scope, bindings: ofModels(bindings), imports: ofModels(imports), exports: ofModels(exports) };
  const { taken, findings } = select(models, selection);
  return {
    interpositions: taken.map((edge, index) =>
      interposition(edge, {
        source,
        reason: 'calls of the model and their tokens are counted, and end with the budget of the run',
        port: first_port + index,
        settings: { most: max_request_bytes },
      }),
    ),
    findings,
  };
});
