/** Commands about secrets. None of them prints a value. */
import type { CommandGroup } from '../definition.ts';
import { secretsAudit } from './secrets/audit.ts';
import { secretsDelete } from './secrets/delete.ts';
import { secretsHealth } from './secrets/health.ts';
import { secretsImport } from './secrets/import.ts';
import { secretsList } from './secrets/list.ts';
import { secretsRotate } from './secrets/rotate.ts';
import { secretsSet } from './secrets/set.ts';
import { secretsUpdate } from './secrets/update.ts';
import { secretsUsage } from './secrets/usage.ts';
import { secretsVaults } from './secrets/vaults.ts';

export const secrets: CommandGroup = {
  name: 'secrets',
  summary: 'keep secrets in vaults: set, rotate, delete, and see who is given them',
  commands: [
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
  ],
};
