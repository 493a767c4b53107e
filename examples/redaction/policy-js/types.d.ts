/** The parts of the question and of the answer that this policy works with. */

export interface Capability {
  kind: string;
  profile: string | null;
}

export interface Edge {
  id: number;
  capability: Capability;
}

export interface Scope {
  bindings: Edge[];
  imports: Edge[];
  exports: Edge[];
}

export interface Question {
  scope: Scope;
}

export interface Program {
  path: string;
  args: string[];
  env: Record<string, string>;
  network: { endpoints: { name: string; port: number }[] };
}

export interface Interposition {
  reason: string;
  interposer: {
    program: Program;
    config: Record<string, unknown>;
    config_schema: Record<string, unknown>;
    slots: Record<string, Capability>;
    provides: Record<string, Capability & { endpoint: string }>;
  };
  attachments: { target: number; interposer_slot: string; interposer_provide: string }[];
}

export interface Answer {
  interpositions: Interposition[];
}
