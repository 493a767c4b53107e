import * as D from '../../../../diagnostics/catalogue/emit-kubernetes.ts';
import type { TargetWords } from '../containers/words.ts';

export const words: TargetWords = {
  imageMissing: D.kubernetesImageMissing,
  vm: D.kubernetesVm,
  framework: D.kubernetesFramework,
  programSource: D.kubernetesProgramSource,
  vaultSecret: D.kubernetesVaultSecret,
  optionalConfig: D.kubernetesOptionalConfig,
  fileValues: D.kubernetesFileValues,
  program: D.kubernetesProgram,
  wiring: D.kubernetesWiring,
  optionalSlot: D.kubernetesOptionalSlot,
  notHeld: D.kubernetesNotHeld,
  runOnly: D.kubernetesRunOnly,
  empty: D.kubernetesEmpty,
};
