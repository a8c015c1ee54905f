// The whole screens, and the order and end of an examination. What each check finds is tested beside it.
import { describe, expect, it } from 'vitest';
import { type DoctorInput, examine } from '../../src/doctor/examine.ts';
import { describeFindings, findingsJson, isReady } from '../../src/doctor/report.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { type Illness, minutesAgo, patient, policyOf, requestFor } from '../stage/doctor-patient.ts';

const plain = { width: 100, hasColours: false };

async function screenOf(illness: Illness, rest: Partial<DoctorInput> = {}): Promise<string> {
  return describeFindings(await examine(requestFor(patient(illness).cluster, rest)), plain);
}

describe('doctor', () => {
  it('shows a ready cluster in one table', async () => {
    expect(await screenOf({}, { isProbeAsked: true })).toMatchInlineSnapshot(`
      "CHECK             RESULT  FOUND
      policy            ok      /etc/gitlab-pod-executor/policy.yaml, hash 5b73a9e817f6
      policy lint       warn    there is no \`allowed_images\`: jobs may use every image that there is
      pod lint          ok      nothing weakens what the executor promises
      resident          ok      none: each stage is a process of its own; one can serve them all
                                (docs/operator-guide.md)
      connection        ok      https://kubernetes.example.org:6443, namespace ci, as user gitlab-runner
                                of /etc/gitlab-pod-executor/kubeconfig
      API server        ok      Kubernetes v1.36.3
      platform          ok      none with needs of its own that is known (docs/platforms.md)
      right: pods       ok      create, get, list, watch, delete
      right: pods/exec  ok      get, create
      right: pods/log   ok      get
      right: secrets    ok      create, list, patch, delete
      right: events     ok      list, watch
      least rights      ok      the account may not do everything, as it should be
      pod admission     ok      a pod with build, helper, svc-0 is admitted as it is
      hostUsers         ok      the API server keeps \`hostUsers: false\`
      clock             ok      agrees with the API server's
      Pod Security      ok      the namespace enforces "restricted", our pod meets "restricted"
      quota             ok      no ResourceQuota of the namespace limits jobs
      limit range       ok      none in the namespace
      nodes             ok      jobs may run on 1 of 1; kinds of them: 1
      node kind 1       ok      linux/amd64, Linux 6.8, containerd 2.0, kubelet 1.36: node-1
      leftovers         ok      none; pods in use: 0
      probe pod         ok      job-0-k7m2qx42 took work after 0.0 s on node node-1; deleted again
      user namespace    ok      proven: uid_map reads "0 529072128 65536", the job's user is 1000
      helper image      ok      docker.io/library/helper:19.4.0: gitlab-runner 19.4.0
      way to GitLab     skip    not asked for: --gitlab URL tries it from the pod
      network policy    ok      a job does not reach https://10.0.0.1:443/

      warn policy lint
        Where strangers write the jobs, list what they may use (docs/allow-lists.md); the list of
        config.toml fits as it is:
          allowed_images:
            - registry.example.org/**
            - "{debian,ubuntu}{,:*,@*}"

      Ready for jobs: 25 ok, 1 warn, 1 skip.
      "
    `);
  });

  it('says that the policy leaves services no user, and tries nothing that needs them', async () => {
    const policy = policyOf(
      'default_security_context: { runAsUser: 0 }\npod_template: { spec: { containers: [{ name: build, securityContext: { runAsUser: 1000 } }] } }',
    );
    const findings = await examine(requestFor(patient({}).cluster, { policy, isProbeAsked: true }));
    const rows = new Map(findings.map(({ check, verdict, found }) => [check, [verdict, found]]));

    expect(rows.get('pod admission')).toEqual([
      'fail',
      [
        'every job with a service is rejected:',
        'default_security_context.runAsUser: 0',
        "Why: The svc-0 container cannot run as user 0: the executor's own default forbids it (`enforced_security_context.runAsNonRoot`, which the runner's policy does not set).",
        "Instead: Name a user other than 0 with `services[0]:kubernetes:user`, or ask the runner's operators to change the policy.",
      ].join('\n'),
    ]);
    expect(rows.get('hostUsers')).toEqual(['skip', 'needs a pod that is admitted']);
    expect(rows.get('probe pod')?.[0]).toBe('skip');
  });

  it('says that every job is rejected where one without a service is, too', async () => {
    const policy = policyOf('default_security_context: { runAsUser: 0 }');
    const findings = await examine(requestFor(patient({}).cluster, { policy }));

    expect(findings.find(({ check }) => check === 'pod admission')?.found).toMatch(
      /^every job is rejected:\ndefault_security_context\.runAsUser: 0\nWhy: The build container cannot/,
    );
  });

  it.each([
    [32, ['init-user-namespace', 'build', 'helper', 'svc-0']],
    [33, ['build', 'helper', 'svc-0']],
  ])(
    'asks about the very pod that a job with a service gets of Kubernetes 1.%i',
    async (minor, containers) => {
      const findings = await examine(requestFor(patient({ minor }).cluster));

      expect(findings.find(({ check }) => check === 'pod admission')?.found).toBe(
        `a pod with ${containers.join(', ')} is admitted as it is`,
      );
    },
  );

  it('names for each failing row what fixes it, the failures first', async () => {
    const rights = (right: string): boolean => !['create pods/exec', 'watch events'].includes(right);
    const policy = policyOf('user_namespaces: unproven');
    const notes = ['policy.yaml:3:17: allowed_images is empty, which allows only the default image'];
    expect(
      await screenOf({ minor: 31, rights, enforces: 'privileged' }, { policy, notes, isProbeAsked: true }),
    ).toMatchInlineSnapshot(`
      "CHECK             RESULT  FOUND
      policy            warn    /etc/gitlab-pod-executor/policy.yaml, hash 2dcfdb91e0b4
                                policy.yaml:3:17: allowed_images is empty, which allows only the default
                                image
                                user namespaces are not proven on this runner (\`user_namespaces:
                                unproven\`). It is for trying out; do not run strangers' jobs on it.
      policy lint       warn    there is no \`allowed_images\`: jobs may use every image that there is
      pod lint          ok      nothing weakens what the executor promises
      resident          ok      none: each stage is a process of its own; one can serve them all
                                (docs/operator-guide.md)
      connection        ok      https://kubernetes.example.org:6443, namespace ci, as user gitlab-runner
                                of /etc/gitlab-pod-executor/kubeconfig
      API server        warn    Kubernetes v1.31.3: before 1.33 user namespaces are off unless the cluster
                                switches them on, and a job with services starts up to a second later,
                                because an init container must prove its user namespace first
      platform          ok      none with needs of its own that is known (docs/platforms.md)
      right: pods       ok      create, get, list, watch, delete
      right: pods/exec  FAIL    missing: create; no script can be run in a pod
      right: pods/log   ok      get
      right: secrets    ok      create, list, patch, delete
      right: events     warn    missing: watch; authors cannot see what their pod waits for
      least rights      warn    the account may do everything in namespace ci; jobs need much less, and
                                anyone who steals the runner's credentials gets them all
      pod admission     ok      a pod with build, helper, svc-0 is admitted as it is
      hostUsers         ok      the API server keeps \`hostUsers: false\`
      clock             ok      agrees with the API server's
      Pod Security      warn    the namespace enforces no level: an account that may make pods there may
                                make privileged ones; our pod meets "restricted"
      quota             ok      no ResourceQuota of the namespace limits jobs
      limit range       ok      none in the namespace
      nodes             ok      jobs may run on 1 of 1; kinds of them: 1
      node kind 1       ok      linux/amd64, Linux 6.8, containerd 2.0, kubelet 1.36: node-1
      leftovers         ok      none; pods in use: 0
      probe pod         skip    needs the row "right: pods/exec"

      FAIL right: pods/exec
        Add to \`rules\` of the runner's Role (config/rbac.yaml is all of it):
          - apiGroups: [""]
            resources: ["pods/exec"]
            verbs: ["get", "create"]

      warn policy lint
        Where strangers write the jobs, list what they may use (docs/allow-lists.md); the list of
        config.toml fits as it is:
          allowed_images:
            - registry.example.org/**
            - "{debian,ubuntu}{,:*,@*}"

      warn API server
        Upgrade to 1.33 or newer. Until then, switch this on for the API server and every kubelet, and run
        doctor --probe:
          --feature-gates=UserNamespacesSupport=true

      warn right: events
        Add to \`rules\` of the runner's Role (config/rbac.yaml is all of it):
          - apiGroups: [""]
            resources: ["events"]
            verbs: ["list", "watch"]

      warn least rights
        Give the runner an account of its own, and that one's kubeconfig to the policy (the file's last
        line names the namespace too):
          kubectl apply -n ci -f config/rbac.yaml

      warn Pod Security
        Let the namespace enforce what our pod meets:
          kubectl label --overwrite namespace ci pod-security.kubernetes.io/enforce=restricted

      Not ready for jobs: 15 ok, 6 warn, 1 FAIL, 1 skip.
      "
    `);
  });

  it('says how to change the policy or the namespace when Pod Security refuses the pod', async () => {
    const policy = policyOf('enforced_security_context: { runAsNonRoot: true }');
    expect(await screenOf({ enforces: 'restricted' }, { policy })).toMatchInlineSnapshot(`
      "CHECK             RESULT  FOUND
      policy            ok      /etc/gitlab-pod-executor/policy.yaml, hash 72353d8215db
      policy lint       warn    there is no \`allowed_images\`: jobs may use every image that there is
      pod lint          warn    enforced_security_context \`no seccompProfile\` opens every system call of
                                the kernel to the job. RuntimeDefault is what is shipped (it weakens the
                                promise that root in a pod is nobody on the node)
                                enforced_security_context \`allowPrivilegeEscalation\` lets set-uid programs
                                of an image gain rights, and one that becomes root outlives the script
                                that started it: the job is another user, and cannot end it. It is false
                                in what is shipped (it weakens the promise that root in a pod is nobody on
                                the node)
                                enforced_security_context \`capabilities\` keep without \`drop: [ALL]\` what
                                runtimes grant by themselves, raw sockets among it (it weakens the promise
                                that jobs do not see each other's files, processes or pods)
      resident          ok      none: each stage is a process of its own; one can serve them all
                                (docs/operator-guide.md)
      connection        ok      https://kubernetes.example.org:6443, namespace ci, as user gitlab-runner
                                of /etc/gitlab-pod-executor/kubeconfig
      API server        ok      Kubernetes v1.36.3
      platform          ok      none with needs of its own that is known (docs/platforms.md)
      right: pods       ok      create, get, list, watch, delete
      right: pods/exec  ok      get, create
      right: pods/log   ok      get
      right: secrets    ok      create, list, patch, delete
      right: events     ok      list, watch
      least rights      ok      the account may not do everything, as it should be
      pod admission     FAIL    Cannot create pods: the API server refused with HTTP 403: violates
                                PodSecurity "restricted:latest": allowPrivilegeEscalation != false
                                (containers "build", "helper", "svc-0" must set
                                securityContext.allowPrivilegeEscalation=false), unrestricted capabilities
                                (containers "build", "helper", "svc-0" must set
                                securityContext.capabilities.drop=["ALL"]), seccompProfile (pod or
                                containers "build", "helper", "svc-0" must set
                                securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")
      hostUsers         skip    needs a pod that is admitted
      clock             skip    needs a pod that is admitted
      Pod Security      skip    needs a pod that is admitted
      quota             ok      no ResourceQuota of the namespace limits jobs
      limit range       ok      none in the namespace
      nodes             ok      jobs may run on 1 of 1; kinds of them: 1
      node kind 1       ok      linux/amd64, Linux 6.8, containerd 2.0, kubelet 1.36: node-1
      leftovers         ok      none; pods in use: 0
      probe pod         skip    not asked for: --probe makes one pod, proves its user namespace, and
                                deletes it

      FAIL pod admission
        Add in the policy (config/policies/strict.yaml has all that "restricted" asks for):
          enforced_security_context:
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
            seccompProfile: { type: RuntimeDefault }
        Or let the namespace enforce only what this pod meets:
          kubectl label --overwrite namespace ci pod-security.kubernetes.io/enforce=baseline

      warn policy lint
        Where strangers write the jobs, list what they may use (docs/allow-lists.md); the list of
        config.toml fits as it is:
          allowed_images:
            - registry.example.org/**
            - "{debian,ubuntu}{,:*,@*}"

      warn pod lint
        See all of it, and weigh what each weakens:
          gitlab-pod-executor check --lint --policy /etc/gitlab-pod-executor/policy.yaml

      Not ready for jobs: 16 ok, 2 warn, 1 FAIL, 4 skip.
      "
    `);
  });

  it('ends at a server that does not answer', async () => {
    const refusal = new SystemFailure('cluster-unreachable', {
      what: 'Cannot get /version: connect ECONNREFUSED 10.0.0.1:6443.',
    });
    const cluster = { ...patient().cluster, serverVersion: () => Promise.reject(refusal) };
    expect(describeFindings(await examine(requestFor(cluster)), plain)).toMatchInlineSnapshot(`
      "CHECK        RESULT  FOUND
      policy       ok      /etc/gitlab-pod-executor/policy.yaml, hash 5b73a9e817f6
      policy lint  warn    there is no \`allowed_images\`: jobs may use every image that there is
      pod lint     ok      nothing weakens what the executor promises
      resident     ok      none: each stage is a process of its own; one can serve them all
                           (docs/operator-guide.md)
      connection   ok      https://kubernetes.example.org:6443, namespace ci, as user gitlab-runner of
                           /etc/gitlab-pod-executor/kubeconfig
      API server   FAIL    Cannot get /version: connect ECONNREFUSED 10.0.0.1:6443.
      the rest     skip    needs an API server that answers

      FAIL API server
        On the runner's machine, as the runner's user and with the same kubeconfig, this must answer:
          kubectl version

      warn policy lint
        Where strangers write the jobs, list what they may use (docs/allow-lists.md); the list of
        config.toml fits as it is:
          allowed_images:
            - registry.example.org/**
            - "{debian,ubuntu}{,:*,@*}"

      Not ready for jobs: 4 ok, 1 warn, 1 FAIL, 1 skip.
      "
    `);
  });

  it('ends where no cluster is named', async () => {
    const refusal = new SystemFailure('cluster-unreachable', { what: 'No cluster is named.' });
    const request = requestFor(patient().cluster, { resolveConnection: () => Promise.reject(refusal) });
    expect(describeFindings(await examine(request), plain)).toMatchInlineSnapshot(`
      "CHECK        RESULT  FOUND
      policy       ok      /etc/gitlab-pod-executor/policy.yaml, hash 5b73a9e817f6
      policy lint  warn    there is no \`allowed_images\`: jobs may use every image that there is
      pod lint     ok      nothing weakens what the executor promises
      resident     ok      none: each stage is a process of its own; one can serve them all
                           (docs/operator-guide.md)
      connection   FAIL    No cluster is named.
      the rest     skip    needs an API server that answers

      FAIL connection
        Say in the policy which cluster is meant (a runner that is a pod itself leaves \`kubeconfig\` out):
          cluster:
            namespace: ci
            kubeconfig: /etc/gitlab-pod-executor/kubeconfig

      warn policy lint
        Where strangers write the jobs, list what they may use (docs/allow-lists.md); the list of
        config.toml fits as it is:
          allowed_images:
            - registry.example.org/**
            - "{debian,ubuntu}{,:*,@*}"

      Not ready for jobs: 3 ok, 1 warn, 1 FAIL, 1 skip.
      "
    `);
  });

  it('finds what failed, and keeps the advice in it for the remedies', async () => {
    const refusal = new SystemFailure('cluster-unreachable', {
      what: 'Cannot read the kubeconfig.',
      why: 'EACCES.',
      operator: 'let the runner read it.',
    });
    const resolveConnection = () => Promise.reject(refusal);
    const [finding] = (await examine(requestFor(patient().cluster, { resolveConnection }))).filter(
      ({ verdict }) => verdict === 'fail',
    );

    expect(finding?.found).toBe('Cannot read the kubeconfig. EACCES.');
    expect(finding?.remedies[0]).toEqual({ text: 'Let the runner read it.' });
  });

  it('ends where a proxy is named that is none', async () => {
    const refusal = new SystemFailure('policy-invalid', { what: 'Cannot use HTTPS_PROXY.' });
    const findings = await examine(requestFor(patient().cluster, { proxyOf: () => Promise.reject(refusal) }));

    expect(findings.filter(({ verdict }) => verdict === 'fail')).toMatchObject([
      { check: 'connection', found: 'Cannot use HTTPS_PROXY.' },
    ]);
    expect(findings.at(-1)).toMatchObject({ check: 'the rest', verdict: 'skip' });
  });

  it('counts what sweep would take as a warning', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'gitlab-pod-executor' };
    const annotations = { 'gitlab-pod-executor/deadline': minutesAgo(1) };
    const metadata = { name: 'job-7-a', uid: 'u', labels, annotations, creationTimestamp: minutesAgo(150) };
    const findings = await examine(requestFor(patient({ pods: [{ metadata, spec: {} }] }).cluster));
    expect(findings.find(({ check }) => check === 'leftovers')).toMatchObject({
      verdict: 'warn',
      found:
        'pods that nobody needs: 1, the oldest made 2 h ago; it seems that no sweep runs regularly (docs/sweep-and-doctor.md)',
    });
  });

  it('makes no pod unless asked, and leaves none', async () => {
    const looked = patient();
    await examine(requestFor(looked.cluster));
    expect(looked.made).toEqual([]);
    const probed = patient();
    await examine(requestFor(probed.cluster, { isProbeAsked: true }));
    expect(probed.made).toHaveLength(1);
    expect(probed.pods.size).toBe(0);
  });

  it('reports what it looks at', async () => {
    const told: string[] = [];
    await examine(
      requestFor(patient().cluster, { isProbeAsked: true, onProgress: (line) => told.push(line) }),
    );
    expect(told).toEqual([
      'asking https://kubernetes.example.org:6443',
      'asking what the account may do',
      "asking whether a job's pod would be admitted",
      'asking about quotas and nodes',
      'waiting for pod job-0-k7m2qx42',
    ]);
  });

  it('closes its connection whatever happens', async () => {
    const closed: string[] = [];
    const cluster = { ...patient().cluster, close: () => void closed.push('closed') };
    await examine(requestFor(cluster));
    const broken = { ...cluster, serverVersion: () => Promise.reject(new TypeError('bug')) };
    await examine(requestFor(broken)).catch(() => undefined);
    expect(closed).toEqual(['closed', 'closed']);
  });

  it('ends at Ctrl-C', async () => {
    const request = requestFor(patient().cluster, { signal: AbortSignal.abort() });
    await expect(examine(request)).rejects.toThrow('aborted');
  });

  it('does not pass a mistake of ours off as an illness', async () => {
    const serverVersion = () => Promise.reject(new TypeError('bug'));
    await expect(examine(requestFor({ ...patient().cluster, serverVersion }))).rejects.toThrow(TypeError);
  });
});

describe('the report of doctor', () => {
  it('the report colours verdicts on a terminal, without moving a column', async () => {
    const findings = await examine(requestFor(patient({ minor: 31 }).cluster));
    const coloured = describeFindings(findings, { width: 100, hasColours: true });
    expect(coloured).toContain('\u001b[32;1mok\u001b[0;m');
    expect(coloured).toContain('\u001b[33;1mwarn\u001b[0;m \u001b[1mAPI server\u001b[0;m');
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, '')).toBe(describeFindings(findings, plain));
  });

  it('the report keeps code whole however narrow the terminal is', async () => {
    const findings = await examine(requestFor(patient({ enforces: 'privileged' }).cluster));
    const lines = describeFindings(findings, { width: 60, hasColours: false }).split('\n');
    expect(lines).toContain(
      '    kubectl label --overwrite namespace ci pod-security.kubernetes.io/enforce=restricted',
    );
    expect(lines.filter((line) => line.length > 60)).toHaveLength(1);
  });

  it('JSON holds every row with its verdict and its remedies', async () => {
    const rights = (right: string): boolean => right !== 'get pods/log' && right !== '* *';
    const findings = await examine(requestFor(patient({ rights }).cluster));
    const report = JSON.parse(findingsJson(findings)) as { ready: boolean; checks: { check: string }[] };
    expect(report.ready).toBe(true);
    expect(report.checks.find(({ check }) => check === 'right: pods/log')).toEqual({
      check: 'right: pods/log',
      verdict: 'warn',
      found: 'missing: get; the logs of services cannot be shown',
      remedies: [
        {
          text: "Add to `rules` of the runner's Role (config/rbac.yaml is all of it):",
          code: '- apiGroups: [""]\n  resources: ["pods/log"]\n  verbs: ["get"]',
        },
      ],
    });
    expect(report.checks.find(({ check }) => check === 'right: pods')).toEqual({
      check: 'right: pods',
      verdict: 'ok',
      found: 'create, get, list, watch, delete',
      remedies: [],
    });
  });
});

describe('isReady', () => {
  it.each([
    ['ok', true],
    ['warn', true],
    ['skip', true],
    ['fail', false],
  ] as const)('a row that is %s: %s', (verdict, ready) => {
    const row = { check: 'a', found: '', remedies: [] };
    expect(
      isReady([
        { ...row, verdict: 'ok' },
        { ...row, verdict },
      ]),
    ).toBe(ready);
  });
});
