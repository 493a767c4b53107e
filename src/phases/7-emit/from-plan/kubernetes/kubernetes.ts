/**
 * The plan as objects of Kubernetes, a file a kind, for `kubectl apply -k`. Nobody may talk to anybody but along the edges of the plan, which two
 * rules each let through. What comes out is read back and held against the plan before anybody gets it.
 */
import { invariant } from '../../../../base/invariant.ts';
import type { JsonValue } from '../../../../base/json.ts';
import { checkKubernetes } from '../../../../plan/targets/kubernetes/check.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import type { Files } from '../../output.ts';
import { tellKeptByRun } from '../containers/kept-by-run.ts';
import { openPlan } from '../containers/open.ts';
import { readComponent } from '../containers/read.ts';
import { telling } from '../containers/tell.ts';
import { toldFaults } from '../containers/told-faults.ts';
import { isBaked, knownValue, type Read } from '../containers/values.ts';
import { writeYaml, type YamlObject } from '../containers/yaml.ts';
import type { PlanEmitter, PlanInput, Report } from '../emitter.ts';
import { canaryOf } from './canary.ts';
import { doorsOf } from './doors.ts';
import { checkCluster } from './fit.ts';
import { configExample, exampleOf, generatorsOf, isOneLine, type Wanted } from './inputs.ts';
import { managed } from './labels.ts';
import { type Layout, layOut, lookUps } from './layout.ts';
import { tellNotHeld } from './not-held.ts';
import { policiesOf } from './policies.ts';
import { pruneFile, pruneScript } from './prune.ts';
import { accountOf } from './service-account.ts';
import { servicesOf } from './services.ts';
import { pagesOf } from './smoke.ts';
import { claimsOf } from './storage.ts';
import { words } from './words.ts';
import { type Workload, workloadOf } from './workload.ts';

export const kubernetes: PlanEmitter = {
  kind: 'kubernetes',
  shape: 'folder',
  readable: true,
  emit: (input, report) => {
    const files = kubernetesFiles(input, report);
    const faults = files.size === 0 ? [] : checkKubernetes(files, input.plan);
    invariant(faults.length === 0, `what was made for Kubernetes is not what the plan says: ${toldFaults(faults)}`);
    return files;
  },
};

const nothing: Files = new Map();

function kubernetesFiles(input: PlanInput, report: Report): Files {
  const { plan } = input;
  const tell = telling(input, report);
  const opened = openPlan(plan, tell, words);
  if (!opened) return nothing;
  const fits = checkCluster(opened.wiring.components, plan, tell);
  if (!opened.fits || !fits) return nothing;
  const layout = layOut(plan, opened.wiring);
  if (layout.components.length === 0) tell.of('/', (at) => words.empty({}, at));
  tellNotHeld(layout, tell);
  tellKeptByRun(
    layout.components.map(({ moniker }) => moniker),
    plan,
    tell,
    words,
  );
  const asking = lookUps(layout);
  const pages = pagesOf(plan);
  const built = layout.components.map((component): Built | undefined => {
    const addressOf = ({ key }: { readonly key: string }): string => layout.addresses.get(key) as string;
    const read = readComponent(component, addressOf, tell, words, isFixed);
    const workload = read && workloadOf({ component, read, layout, lookUps: asking, pages }, tell);
    return workload && { component, read, workload };
  });
  const made = built.flatMap((one) => one ?? []);
  return made.length === built.length ? filesOf(layout, made) : nothing;
}

/** What nobody could give in a line of its own. */
const isFixed = (value: JsonValue | undefined): boolean => value !== undefined && (isBaked(value) || !isOneLine(value));

interface Built {
  readonly component: WiredComponent;
  readonly read: Read;
  readonly workload: Workload;
}

function filesOf(layout: Layout, made: readonly Built[]): Files {
  const doors = doorsOf(layout);
  const canary = layout.components.length === 0 ? undefined : canaryOf(layout);
  const tasks = made.filter(({ workload }) => workload.isTask);
  const services = made.filter(({ workload }) => !workload.isTask);
  // In the order in which they are applied: who may talk to whom is known before anybody is there.
  const kinds: Readonly<Record<string, readonly YamlObject[]>> = {
    networkpolicies: policiesOf(layout),
    serviceaccounts: canary ? [accountOf(layout)] : [],
    configmaps: [
      ...made.flatMap(({ workload: { objects } }) => (objects.map ? [objects.map] : [])),
      ...doors.map(({ map }) => map),
    ],
    persistentvolumeclaims: claimsOf(layout),
    services: servicesOf(layout),
    deployments: [
      ...services.map(({ workload }) => workload.objects.workload),
      ...doors.map(({ deployment }) => deployment),
      ...(canary ? [canary.server] : []),
    ],
    poddisruptionbudgets: made.flatMap(({ workload: { objects } }) => (objects.budget ? [objects.budget] : [])),
    jobs: [...tasks.map(({ workload }) => workload.objects.workload), ...(canary ? [canary.job] : [])],
  };
  const written = Object.entries(kinds).flatMap(([kind, objects]): readonly (readonly [string, string])[] =>
    objects.length === 0 ? [] : [[`${kind}.yaml`, documents(objects)]],
  );
  const wanted = wantedOf(made);
  const example = exampleOf(wanted, layout);
  const kustomization: YamlObject = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: written.map(([name]) => name),
    generatorOptions: { labels: managed },
    ...generatorsOf(wanted, layout),
  };
  return new Map<string, string>([
    ['kustomization.yaml', `${head}${writeYaml(kustomization)}`],
    ...written,
    ...(example === undefined ? [] : [[configExample, example] as const]),
    [pruneFile, pruneScript],
    ...made.flatMap(({ workload }) => workload.files),
  ]);
}

const head =
  '# Written by headgate. What is to be changed by hand belongs into a kustomization of yours that names this one.\n';
const documents = (objects: readonly YamlObject[]): string =>
  `# Written by headgate.\n${objects.map((object) => writeYaml(object)).join('---\n')}`;

/** Root config that somebody is given, by path. */
function wantedOf(made: readonly Built[]): readonly Wanted[] {
  const seen = new Map<string, Wanted>();
  for (const { component, read, workload } of made)
    for (const leaf of workload.leaves) {
      const before = seen.get(leaf.path);
      seen.set(leaf.path, {
        leaf,
        known: knownValue(component, leaf),
        optional: read.presence.get(leaf.path) !== 'required' && before?.optional !== false,
        byTask: workload.isTask || before?.byTask === true,
        byOthers: !workload.isTask || before?.byOthers === true,
      });
    }
  return [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
