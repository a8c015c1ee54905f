import { describe, expect, it } from 'vitest';
import { checkLastingWorkspaces } from '../../src/pod/check-lasting-workspaces.ts';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import { malformed } from '../../src/policy/malformed.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';

const read = (lines: string) =>
  readPolicy({
    text: `cluster: {namespace: ci}\n${lines}`,
    file: 'policy.yaml',
    checks: [checkPodPolicy],
  }).policy;

const lasting = 'lasting_workspaces: {size: 1Gi}\n';

const template = `pod_template:
  spec:
    volumes:
      - name: workspace
        ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}
      - {name: tools, emptyDir: {}}
    containers:
      - name: build
        volumeMounts:
          - {name: tools, mountPath: /cache/tools}
      - name: proxy
        image: registry.example.org/proxy:1
        volumeMounts:
          - {name: cache, mountPath: /seen, readOnly: true}
          - {name: tools, mountPath: /tools}
`;

describe('checkLastingWorkspaces', () => {
  it('names all that cannot be had together with lasting workspaces, each at its place', () => {
    expect(() => read(`${lasting}\n${template}`)).toThrow(
      [
        'policy.yaml:7:15: pod_template.spec.volumes[0].name takes the place of workspace, where lasting_workspaces puts the volume of a job. Take one of the two out',
        'policy.yaml:13:38: pod_template.spec.containers[0].volumeMounts[0].mountPath is in /cache, of which lasting_workspaces clears everything but checkout and caches between jobs. Choose another place',
        'policy.yaml:17:20: pod_template.spec.containers[1].volumeMounts[0].name is cache, of which lasting_workspaces mounts two folders, and its root in no container: whoever has that could replace them. Use another volume',
      ].join('\n'),
    );
  });

  it('minds none of that in a policy without them', () => {
    expect(read(template)).toMatchObject({ cluster: { namespace: 'ci' } });
  });

  it('looks at the template of each profile, too', () => {
    const profile = template.replace(/^/gm, '    ').trimEnd();
    expect(() => read(`${lasting}profiles:\n  own:\n${profile}\n`)).toThrow(
      "pod_template.spec.volumes gives with the policy's own template pod_template.spec.volumes[0].name, which takes the place of workspace",
    );
  });

  it('says nothing of what it cannot read', () => {
    const rest = { pod_template: malformed } as const;
    expect(checkLastingWorkspaces({ lasting_workspaces: malformed, ...rest })).toEqual([]);
    const readable = { size: 1, slots: 1, max_idle: 1 };
    expect(checkLastingWorkspaces({ lasting_workspaces: readable, ...rest })).toEqual([]);
  });
});
