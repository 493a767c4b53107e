/** The process that serves a module. It is a text, so that it starts without anything of headgate but the SDK. */
import { pathToFileURL } from 'node:url';

/** Where a project did not install `headgate`, its SDK is that of the headgate that serves. */
const resolver = (sdk: string): string =>
  `export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (specifier === 'headgate/policy') return { url: ${JSON.stringify(sdk)}, shortCircuit: true };
    throw error;
  }
}`;

const host = (sdk: string, file: string): string => `
import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(resolver(sdk))}));
const { servePolicy } = await import(${JSON.stringify(sdk)});
const module = await import(${JSON.stringify(file)});
const policy = [module.default, module.policy].find((one) => typeof one?.answer === 'function');
if (policy === undefined) {
  console.error('the module exports no policy: neither as default nor as \`policy\`');
  process.exit(1);
}
const log = (line) => line.includes(': listening on ') || console.error(line);
const server = await servePolicy(policy, { port: 0, log });
process.send({ port: server.port });
process.once('disconnect', () => server.close());
await server.closed;
if (process.connected) process.disconnect();
`;

/** `sdk` is the file of headgate's own. */
export const hostArguments = (file: string, sdk: string): readonly string[] => [
  process.execPath,
  '--input-type=module',
  '--eval',
  host(pathToFileURL(sdk).href, pathToFileURL(file).href),
];
