/** headgate starts this program while it compiles, asks it with POST, and ends it. */
import { servePolicy } from 'headgate/policy';
import { policy } from './policy.ts';

await servePolicy(policy);
