/** What the manifest starts: the built policy. Says so when it was not built. */
import { existsSync } from 'node:fs';

const built = new URL('./dist/server.js', import.meta.url);
if (!existsSync(built)) {
  console.error('the policy is not built: run `npm install` and `npm run build` in the folder of the policy');
  process.exit(1);
}
await import(built.href);
