import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { configSections } from '@app/config';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, PersistentVolumeClaim, Secret, Service } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { entryOf, migrateEntry } from '../build/build.js';
import { OPTIONS_OF } from '../processes/app-process.js';
import { root } from '../root.js';

// The manifests against the schema of Kubernetes 1.27, without a cluster.

const MODELS = { Deployment, Job, PodDisruptionBudget, ConfigMap, PersistentVolumeClaim, Secret, Service, Ingress };

interface Manifest {
  apiVersion: string;
  kind: keyof typeof MODELS;
  metadata: { name: string };
}

const folder = join(root, 'docker', 'k8s');
/** What an operator copies, fills in and keeps for himself. */
const EXAMPLES = ['secret', 'ingress'];
const applied = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name) && !EXAMPLES.includes(name.split('.')[0]!));
const read = (names: string[]) =>
  names
    .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')))
    .map((document) => document.toJS() as Manifest);
const manifests = read([...applied, ...EXAMPLES.map((name) => `${name}.example`)]);

const modelOf = (manifest: Manifest) => new MODELS[manifest.kind](manifest as never);
const find = <K extends keyof typeof MODELS>(kind: K, name: string): InstanceType<(typeof MODELS)[K]> => {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return modelOf(found) as InstanceType<(typeof MODELS)[K]>;
};

const pods = {
  api: find('Deployment', 'csv-tasks-api').spec!.template,
  worker: find('Deployment', 'csv-tasks-worker').spec!.template,
  migrate: find('Job', 'csv-tasks-migrate').spec!.template,
};
const containerOf = (name: keyof typeof pods) => pods[name].spec!.containers[0]!;
const settings = { ...find('ConfigMap', 'csv-tasks').data, ...find('Secret', 'csv-tasks').stringData };

it.each(manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const))(
  '%s %s is what Kubernetes expects',
  (kind, _, manifest) => {
    expect(manifest.apiVersion).toBe(MODELS[kind].apiVersion);
    expect(() => modelOf(manifest).validate()).not.toThrow();
  },
);

it('a manifest with a fault is found out', () => {
  const faulty = new Deployment({
    ...find('Deployment', 'csv-tasks-api').toJSON(),
    spec: { replicas: 'two' },
  } as never);
  expect(() => faulty.validate()).toThrow(/replicas|selector/);
});

describe.each(['api', 'worker', 'migrate'] as const)('the pod of %s', (name) => {
  const { spec } = pods[name];
  const container = containerOf(name);

  it('has few rights', () => {
    expect(spec).toMatchObject({ automountServiceAccountToken: false });
    expect(spec!.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('asks for processor and memory, and has a limit of both', () => {
    for (const amounts of [container.resources?.requests, container.resources?.limits]) {
      expect(Object.keys(amounts ?? {}).sort()).toEqual(['cpu', 'memory']);
    }
  });

  it('is configured by the ConfigMap and the Secret alone', () => {
    expect(container.envFrom).toEqual([{ configMapRef: { name: 'csv-tasks' } }, { secretRef: { name: 'csv-tasks' } }]);
    expect(container.env).toBeUndefined();
  });

  it('mounts only volumes that it has, and can write where it must', () => {
    const volumes = spec!.volumes!.map((volume) => volume.name);
    expect(container.volumeMounts!.map((mount) => mount.name).sort()).toEqual([...volumes].sort());
    const claims = spec!.volumes!.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
    expect(claims).toEqual(name === 'migrate' ? [] : ['csv-tasks-files']);
    for (const claim of claims)
      expect(find('PersistentVolumeClaim', claim).spec!.accessModes).toEqual(['ReadWriteMany']);
  });
});

it('the pods start what `npm start` starts', () => {
  expect(containerOf('migrate').args).toEqual([relative(root, migrateEntry)]);
  for (const app of ['api', 'worker'] as const) {
    expect(containerOf(app).args).toEqual([...OPTIONS_OF[app], relative(root, entryOf(app))]);
  }
});

it('applying the whole folder installs no placeholder of a secret or of an address', () => {
  expect(read(applied).map(({ kind }) => kind)).not.toContain('Secret');
  expect(read(applied).map(({ kind }) => kind)).not.toContain('Ingress');
  expect(applied).toEqual(['api.yml', 'config.yml', 'files.yml', 'migrate.yml', 'worker.yml']);
});

it('the claim of the files is apart, for those who have them in a bucket', () => {
  expect(read(['files.yml']).map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim']);
});

it('the images come from a registry, which a cluster needs', () => {
  for (const name of ['api', 'worker', 'migrate'] as const)
    expect(containerOf(name).image).toMatch(/^registry\.[\w.]+\/[\w-]+:\d+\.\d+\.\d+$/);
});

it('no network of all pods is trusted to name the addresses of clients', () => {
  for (const network of settings.TRUST_PROXY!.split(','))
    expect(network).not.toMatch(/\/(?:\d|1\d|2[0-3])$|^uniquelocal$/);
});

it('the Ingress takes files of any size, does not store them, waits an hour, and leads to the api', () => {
  const ingress = find('Ingress', 'csv-tasks');
  const annotations = Object.fromEntries(
    Object.entries(ingress.metadata!.annotations!).map(([name, value]) => [name.split('/')[1], value]),
  );
  expect(annotations).toEqual({
    'proxy-body-size': '0',
    'proxy-request-buffering': 'off',
    'proxy-read-timeout': '3600',
    'proxy-send-timeout': '3600',
  });
  const [rule] = ingress.spec!.rules!;
  expect(`https://${rule!.host}`).toBe(settings.PUBLIC_URL);
  const { service } = rule!.http!.paths[0]!.backend;
  const { metadata, spec } = find('Service', 'csv-tasks-api');
  expect(service).toEqual({ name: metadata!.name, port: { name: spec!.ports![0]!.name } });
});

it('a stop leaves the time that the processes take for it', () => {
  const SHUTDOWN_SECONDS = Number(settings.SHUTDOWN_TIMEOUT_MS) / 1000 + 2;
  expect(pods.worker.spec!.terminationGracePeriodSeconds).toBeGreaterThan(SHUTDOWN_SECONDS);
  const [, pause] = containerOf('api').lifecycle!.preStop!.exec!.command!;
  expect(pods.api.spec!.terminationGracePeriodSeconds).toBeGreaterThan(Number(pause) + SHUTDOWN_SECONDS);
});

it('the service and the selectors find the pods', () => {
  const labels = pods.api.metadata!.labels;
  expect(find('Service', 'csv-tasks-api').spec!.selector).toEqual(labels);
  expect(find('Service', 'csv-tasks-api').spec!.ports![0]!.targetPort).toBe(containerOf('api').ports![0]!.name);
  expect(find('PodDisruptionBudget', 'csv-tasks-api').spec!.selector!.matchLabels).toEqual(labels);
  for (const app of ['api', 'worker'] as const) {
    expect(find('Deployment', `csv-tasks-${app}`).spec!.selector.matchLabels).toEqual(pods[app].metadata!.labels);
  }
});

it('every setting is a variable of the service, and every secret is to be filled in', () => {
  const known = Object.values(configSections).flatMap((section) => Object.keys(section));
  for (const name of Object.keys(settings)) expect(known).toContain(name);
  for (const value of Object.values(find('Secret', 'csv-tasks').stringData!)) expect(value).toMatch(/<[^>]+>/);
  expect(containerOf('worker').ports![0]!.containerPort).toBe(Number(settings.WORKER_METRICS_PORT));
});
