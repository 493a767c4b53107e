/** What one component of a run is on this machine: everything that is needed to start it, any number of times. */
import type { ProfileOf } from '../../../plan/profiles/profile-of.ts';
import type { Unfit } from '../../../plan/wiring/bindings.ts';
import type { ComponentSpec } from '../../component.ts';
import type { PlannedProgram } from '../../state/programs.ts';

export interface SlotPort {
  readonly slot: string;
  /** On the loopback of the component; see `slotAddress`. */
  readonly address: string;
  readonly port: number;
  /** Key of the edge behind it. */
  readonly edge: string;
}

/** What is started, and where. */
export interface Command {
  readonly moniker: string;
  readonly argv: readonly string[];
  /** Absolute folder of its manifest; null where there is none on this machine. */
  readonly cwd: string | null;
  /** It is started from this image, and nothing of this machine is executed for it. */
  readonly image?: string;
  /** Programs that its sandbox has to have besides. */
  readonly tools?: readonly string[];
  /** It takes no sandbox. */
  readonly onHost?: boolean;
}

/** The part of a component that may hold secrets. */
export type BoundProgram = Pick<LocalComponent, 'argv' | 'env' | 'files'>;

export interface LocalComponent extends ComponentSpec, Command {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** What is executed once its secrets are known; of a component that is given none, what stands here. */
  readonly bound: (secrets: ReadonlyMap<string, string>) => BoundProgram | { readonly unfit: readonly Unfit[] };
  /** Files that hold secrets are replaced while it runs. */
  readonly hasLiveFiles: boolean;
  /** What its program was when the plan was made; null where the plan does not know the file. */
  readonly planned: PlannedProgram | null;
  readonly provides: readonly { readonly edge: string; readonly port: number }[];
  /** Ports of its provides, by name; of those that have one. */
  readonly offers: Readonly<Record<string, number>>;
  /** Of these, those that no edge begins at and a probe asks for: nobody else of the scenario reaches them. */
  readonly probedPorts: readonly number[];
  readonly slots: readonly SlotPort[];
  /** With the port on its loopback where the way out is. */
  readonly egress: { readonly grants: readonly string[]; readonly port: number } | null;
  /** Where it finds the interface of its own run, on its loopback; absent where it may not talk to it. */
  readonly channel?: { readonly address: string; readonly port: number };
  /** Variables that hold a secret of the root config; only of one that is started from an image. */
  readonly secretVariables?: readonly string[];
  /** Undefined where none is declared. */
  readonly profile: ProfileOf | undefined;
  /** Absolute, on this machine: the copy that it works on, and the folder that it was made of; absent where it has none. */
  readonly workspace?: { readonly files: string; readonly source: string };
}
