import * as D from '../../../../diagnostics/catalogue/emit.ts';
import type { TargetWords } from '../containers/words.ts';

export const words: TargetWords = {
  imageMissing: D.composeImageMissing,
  vm: D.composeVm,
  framework: D.composeFramework,
  programSource: D.composeProgramSource,
  vaultSecret: D.composeVaultSecret,
  optionalConfig: D.composeOptionalConfig,
  fileValues: D.composeFileValues,
  program: D.composeProgram,
  wiring: D.composeWiring,
  optionalSlot: D.composeOptionalSlot,
  notHeld: D.composeNotHeld,
  runOnly: D.composeRunOnly,
  empty: D.composeEmpty,
};
