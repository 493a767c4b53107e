export function bundleWorkloads(module: string, outfile: string): Promise<unknown>;
