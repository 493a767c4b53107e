/** Commands about secrets, in the order of the help. None of them prints a value. */
import type { Definition } from '../../definition.ts';
import { secretsAudit } from './audit.ts';
import { secretsDelete } from './delete.ts';
import { secretsHealth } from './health.ts';
import { secretsImport } from './import.ts';
import { secretsList } from './list.ts';
import { secretsRotate } from './rotate.ts';
import { secretsSet } from './set.ts';
import { secretsUpdate } from './update.ts';
import { secretsUsage } from './usage.ts';
import { secretsVaults } from './vaults.ts';

export const secretsCommands: readonly Definition[] = [
  secretsSet,
  secretsList,
  secretsRotate,
  secretsUpdate,
  secretsDelete,
  secretsUsage,
  secretsAudit,
  secretsHealth,
  secretsImport,
  secretsVaults,
];
