/** Exchanges with policies, recorded once for each version of the protocol, and replayed for ever. */
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { type JsonObject, type JsonValue, sortedJson } from '../../src/base/json.ts';
import { compile } from '../../src/compile.ts';
import { sourceId } from '../../src/ir/edge-id.ts';
import type { Governed } from '../../src/ir/governed.ts';
import type { PolicyAsk, PolicyClient } from '../../src/ports/policy-client.ts';

export interface ProtocolExchange {
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body. */
  readonly request: string;
  /** Bytes of the body. */
  readonly answer: string;
}

export interface ProtocolResult {
  /** Severity and code of what phase 5 says, sorted. */
  readonly said: readonly string[];
  /** Edges, exports and interposers of the rewritten scenario; null when it was refused. */
  readonly wiring: readonly string[] | null;
}

export interface ProtocolCase {
  readonly protocol: string;
  /** Where it was recorded. */
  readonly from: string;
  readonly root: string;
  readonly files: Readonly<Record<string, string>>;
  readonly rootConfig?: JsonObject;
  readonly env?: Readonly<Record<string, string>>;
  readonly exchanges: readonly ProtocolExchange[];
  readonly result: ProtocolResult;
}

export type ProtocolInput = Pick<ProtocolCase, 'root' | 'files' | 'rootConfig' | 'env'>;

const folder = 'file:///work/scenario/';

export interface Played {
  readonly asked: readonly Pick<ProtocolExchange, 'headers' | 'request'>[];
  readonly result: ProtocolResult;
}

/** `answer` gives the body for a question. */
export async function play(input: ProtocolInput, answer: (ask: PolicyAsk, index: number) => string): Promise<Played> {
  const asked: { headers: Readonly<Record<string, string>>; request: string }[] = [];
  const policyClient: PolicyClient = {
    sandbox: 'none',
    ask: async (_processes, asks) =>
      asks.map((ask) => {
        const text = answer(ask, asked.length);
        asked.push({ headers: ask.headers, request: ask.body });
        return { ok: true, text, elapsedMs: 0 } as const;
      }),
  };
  const files = Object.entries(input.files).map(
    ([path, text]) => [new URL(encodeURI(path), folder).href, text] as const,
  );
  const { compiled, diagnostics } = await compile({
    input: new URL(encodeURI(input.root), folder).href,
    baseDir: folder,
    loader: createMemoryLoader(new Map(files)),
    policyClient,
    rootConfig: { env: input.env ?? {}, ...(input.rootConfig ? { file: input.rootConfig } : {}) },
  });
  const said = diagnostics.filter(({ code }) => code.startsWith('govern/')).map((d) => `${d.severity} ${d.code}`);
  return { asked, result: { said: said.sort(), wiring: compiled ? wiringOf(compiled.governed) : null } };
}

function wiringOf({ graph, origins }: Governed): readonly string[] {
  const { components } = graph;
  const capability = ({ kind, profile }: { kind: string; profile: string | null }): string =>
    profile === null ? kind : `${kind}/${profile}`;
  const edges = graph.edges.map(
    (edge) =>
      `${components[edge.to.component]?.moniker}.${edge.to.slot} <- ${sourceId(components, edge.from)} ${capability(edge.capability)} ${edge.weak ? 'weak ' : ''}${edge.hop ?? ''}`,
  );
  const exports = graph.exports.map(
    ({ name, from, capability: c }) =>
      `export ${name} <- ${components[from.component]?.moniker}.${from.provide} ${capability(c)}`,
  );
  const interposers = components
    .filter(({ id }) => origins.components[id]?.kind === 'policy')
    .map(({ moniker, program, config, configSchema, slots, provides, resources, metadata }) =>
      sortedJson({
        moniker,
        program,
        config,
        configSchema,
        slots,
        provides,
        resources,
        metadata,
      } as unknown as JsonValue),
    );
  return [...edges.map((edge) => edge.trimEnd()).sort(), ...exports, ...interposers];
}
