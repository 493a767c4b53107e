/** See contract-table.mjs. */
export interface ContractTest {
  readonly file: string;
  readonly title: string;
}
export interface ContractMutation {
  readonly file: string;
  readonly replace: string;
  readonly with: string;
  readonly test?: number;
  readonly only?: string;
  readonly seconds?: number;
}
export interface ContractRow {
  readonly parts: readonly string[];
  readonly state: 'enforced' | 'in part' | 'not enforced';
  readonly by: string;
  readonly modules: readonly string[];
  readonly tests: readonly ContractTest[];
  readonly mutations?: readonly ContractMutation[];
}
export declare const begin: string;
export declare const end: string;
export declare function readRows(path?: string): readonly ContractRow[];
export declare function withTable(page: string, rows: readonly ContractRow[]): string;
