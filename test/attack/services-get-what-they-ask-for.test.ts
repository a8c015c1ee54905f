// Each kind of a job's variables carries a canary of its own; then they are looked for in every object of the namespace, and in the
// environment of every container.
import { describe, expect, it } from 'vitest';
import { kubectl } from '../cluster/kubectl.ts';
import { attackSuite, ownJobId, podsOf } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('services get what they ask for');

const canary = (kind: string): string => `canary-${kind}-9d41c`;

/** As GitLab sends them: a protected variable, one of a group and an id token are secrets like any other. */
const variables = [
  { key: 'GIT_STRATEGY', value: 'none', public: true },
  { key: 'PUBLIC', value: canary('public'), public: true },
  { key: 'MASKED', value: canary('masked'), public: false, masked: true },
  { key: 'HIDDEN', value: canary('hidden'), public: false },
  { key: 'FILE', value: canary('file'), public: false, file: true },
  { key: 'ASKED', value: canary('asked'), public: false, masked: true },
  { key: 'RAW', value: canary('raw'), public: false, raw: true },
  { key: 'MENTIONED', value: canary('mentioned'), public: false, masked: true },
  { key: 'MENTIONS', value: 'x-$MENTIONED', public: true },
  { key: 'MENTIONS_FILE', value: 'x-$FILE', public: true },
  // Two references away: GitLab follows them all before it hands a job out, so this one is public as it stands.
  { key: 'FAR', value: canary('far'), public: false },
  { key: 'NEAR', value: 'x-$FAR', public: false },
  { key: 'FROM_FAR', value: 'x-$NEAR', public: true },
];

const own = {
  OWN: canary('own'),
  PASSWORD: '$ASKED',
  RAW_ONE: '$RAW',
  NESTED: '$PASSWORD',
  KUBELET: '$$(ASKED) $(PASSWORD) $$',
  OF_FILE: '$FILE',
};

/** What may be where: words of Secrets' keys, and of the environments of containers. */
const inSecrets = {
  '-services PUBLIC': 'public',
  '-services MENTIONS': 'mentioned',
  '-services FROM_FAR': 'far',
  '-services-own svc-0.OWN': 'own',
  '-services-own svc-0.PASSWORD': 'asked',
  '-services-own svc-0.RAW_ONE': 'raw',
};
const inContainers: Readonly<Record<string, readonly string[]>> = {
  build: [],
  helper: [],
  'svc-0': ['asked', 'far', 'mentioned', 'own', 'public', 'raw'],
  'svc-1': ['far', 'mentioned', 'public'],
};

interface Seen {
  /** Of every kind that may be listed; Secrets without their values. */
  readonly objects: string;
  readonly kinds: readonly string[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly environments: Readonly<Record<string, string>>;
}

const kindsOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/canary-(\w+)-9d41c/g)].map(([, kind = '']) => kind))].sort();

function look(id: number): Seen {
  const [pod] = podsOf(cluster(), id);
  if (!pod) throw new Error('The job has no pod.');
  const known = kubectl(cluster(), 'api-resources', '--namespaced', '--verbs=list', '-o', 'name');
  const kinds = known.split('\n').filter((kind) => kind !== '' && kind !== 'secrets');
  const objects = kinds.flatMap((kind) => {
    try {
      return [[kind, kubectl(cluster(), 'get', kind, '-o', 'json')] as const];
    } catch {
      // On a real cluster a runner's account may not look at everything; nor may it make that.
      return [];
    }
  });
  const { items } = JSON.parse(kubectl(cluster(), 'get', 'secrets', '-o', 'json')) as {
    items: { metadata: { name: string }; data?: Record<string, string> }[];
  };
  const ofJob = items.filter(({ metadata }) => metadata.name.startsWith(pod.metadata.name));
  const secrets = ofJob.flatMap(({ metadata, data = {} }) =>
    Object.entries(data).map(([key, value]) => [
      `${metadata.name.slice(pod.metadata.name.length)} ${key}`,
      Buffer.from(value, 'base64').toString(),
    ]),
  );
  return {
    objects: `${objects.map(([, text]) => text).join('\n')}\n${JSON.stringify(ofJob.map(({ metadata }) => metadata))}`,
    kinds: objects.map(([kind]) => kind),
    secrets: Object.fromEntries(secrets) as Record<string, string>,
    environments: Object.fromEntries(
      pod.spec.containers.map(({ name }) => [
        name,
        kubectl(cluster(), 'exec', pod.metadata.name, '-c', name, '--', 'cat', '/proc/1/environ'),
      ]),
    ),
  };
}

describe.skipIf(reason)('services get what they ask for', () => {
  it('a service gets its variables, and no value of any stands anywhere else', async () => {
    const id = ownJobId();
    let seen: Seen | undefined;
    const service = { name: cluster().busyboxImage, command: ['sleep', '60'] };
    const result = await cluster().run(
      {
        id,
        variables,
        services: [
          {
            ...service,
            alias: 'db',
            // As written: GitLab fills nothing in there, and neither does the kubelet.
            command: ['sh', '-c', 'sleep 60 # $MASKED ${ASKED} $(PASSWORD)'],
            variables: own,
          },
          { ...service, variables: { OTHER: 'of another service' } },
        ],
        script: ['echo running', 'sleep 2'],
      },
      { on: [{ trace: /^running/m, do: () => (seen = look(id)) }] },
    );
    expect(result.readableTrace).toContain('Job succeeded');
    const { objects = '', kinds = [], secrets = {}, environments = {} } = seen ?? {};

    expect(kinds).toEqual(expect.arrayContaining(['pods', 'events']));
    expect(objects).toContain(`job-${id}-`);
    expect(objects).toContain('sleep 60 # $$MASKED $${ASKED} $$(PASSWORD)');
    expect(kindsOf(objects)).toEqual([]);

    const found = Object.entries(secrets).filter(([, value]) => kindsOf(value).length > 0);
    expect(Object.fromEntries(found.map(([key, value]) => [key, kindsOf(value).join()]))).toEqual(inSecrets);

    const held = Object.entries(environments).map(([name, text]) => [name, kindsOf(text)]);
    expect(Object.fromEntries(held)).toEqual(inContainers);
    const entries = (environments['svc-0'] ?? '').split('\0');
    expect(entries).toEqual(
      expect.arrayContaining([
        `PASSWORD=${canary('asked')}`,
        'NESTED=$ASKED',
        'KUBELET=$(ASKED) $(PASSWORD) $',
        'OF_FILE=$FILE',
        `FROM_FAR=x-x-${canary('far')}`,
        'MENTIONS_FILE=x-$FILE',
      ]),
    );
    expect(environments['svc-1']).toContain('OTHER=of another service');
    expect(environments['svc-0']).not.toContain('OTHER=');
  });

  it('the secrets of services go with the pod, also when it is deleted from outside', async () => {
    const id = ownJobId();
    const names = (): string =>
      kubectl(cluster(), 'get', 'secrets', '-l', `gitlab-pod-executor/job-id=${id}`, '-o', 'name');
    let during = '';
    await cluster().run(
      {
        id,
        services: [{ name: cluster().busyboxImage, command: ['sleep', '60'], variables: own }],
        script: ['echo running', 'sleep 30'],
      },
      {
        on: [
          {
            trace: /^running/m,
            do: () => {
              during = names();
              kubectl(cluster(), 'delete', 'pods', '--wait=false', '-l', `gitlab-pod-executor/job-id=${id}`);
            },
          },
        ],
      },
    );
    expect(during.trim().split('\n')).toEqual([
      expect.stringMatching(/^secret\/job-\d+-\w+-pull$/),
      expect.stringMatching(/^secret\/job-\d+-\w+-services$/),
      expect.stringMatching(/^secret\/job-\d+-\w+-services-own$/),
    ]);
    await expect.poll(names, { timeout: 20_000 }).toBe('');
  });
});
