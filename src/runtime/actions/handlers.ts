import type { ActionType } from '../../ir/action.ts';
import { enforcementProve } from './enforcement-prove.ts';
import { envProbe } from './env-probe.ts';
import { gateConfirm } from './gate-confirm.ts';
import { grantApply } from './grant-apply.ts';
import { grantRevoke } from './grant-revoke.ts';
import type { Handler } from './handler.ts';
import { probeRun } from './probe-run.ts';
import { processStart } from './process-start.ts';
import { processStop } from './process-stop.ts';
import { secretBind } from './secret-bind.ts';
import { taskRun } from './task-run.ts';
import { workspaceFinalize } from './workspace-finalize.ts';
import { workspacePrepare } from './workspace-prepare.ts';
import { workspaceTeardown } from './workspace-teardown.ts';

export const handlers: Readonly<Record<ActionType, Handler>> = {
  'env.probe': envProbe,
  'secret.bind': secretBind,
  'grant.apply': grantApply,
  'grant.revoke': grantRevoke,
  'process.start': processStart,
  'task.run': taskRun,
  'probe.run': probeRun,
  'process.stop': processStop,
  'enforcement.prove': enforcementProve,
  'gate.confirm': gateConfirm,
  'workspace.prepare': workspacePrepare,
  'workspace.finalize': workspaceFinalize,
  'workspace.teardown': workspaceTeardown,
};
