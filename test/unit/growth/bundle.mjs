import { build } from 'esbuild';

/** One file of a module of workloads and all that it imports, so that the engine's counts are of one script. */
export const bundleWorkloads = (module, outfile) =>
  build({
    entryPoints: [module],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    // Packages that are CommonJS ask for node's own modules with `require`.
    banner: {
      js: "import { createRequire as createRequireOfNode } from 'node:module';\nconst require = createRequireOfNode(import.meta.url);",
    },
  });
