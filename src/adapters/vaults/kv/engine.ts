/** The KV engine that operations work on. */
import type { Client } from './client.ts';
import type { Paths } from './paths.ts';

export interface Engine {
  readonly client: Client;
  readonly paths: Paths;
}
