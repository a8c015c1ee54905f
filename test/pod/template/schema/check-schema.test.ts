import { describe, expect, test } from 'vitest';
import { schemaProblems } from '../schema-problems.ts';

describe('names and types', () => {
  test.each<[type: string, value: unknown, problems: string[]]>([
    ['PodSpec', 5, ['x is `5`; write keys with values']],
    [
      'PodSpec',
      { hostNetwrok: true },
      ['x.hostNetwrok is not a field of PodSpec in Kubernetes 1.36; did you mean `hostNetwork`?'],
    ],
    [
      'EmptyDirVolumeSource',
      { quota: 1 },
      ['x.quota is not a field of EmptyDirVolumeSource in Kubernetes 1.36. Known here: medium, sizeLimit'],
    ],
    ['PodSpec', { containers: {} }, ['x.containers is keys with values; write a list']],
    ['PodSpec', { nodeSelector: [] }, ['x.nodeSelector is a list; write keys with values']],
    [
      'PodSpec',
      { nodeSelector: { a: true } },
      ['x.nodeSelector.a is `true`; write a text: put it in quotes'],
    ],
    ['PodSpec', { hostname: {} }, ['x.hostname is keys with values; write a text']],
    ['PodSpec', { setHostnameAsFQDN: 'yes' }, ['x.setHostnameAsFQDN is a text; write true or false']],
    ['ContainerPort', { containerPort: '80' }, ['x.containerPort is a text; write a whole number']],
    ['ContainerPort', { containerPort: 1.5 }, ['x.containerPort is `1.5`; write a whole number']],
    ['SleepAction', { seconds: 2 ** 60 }, [`x.seconds is \`${2 ** 60}\`; write a whole number`]],
    [
      'TCPSocketAction',
      { port: true },
      ['x.port is `true`; write a whole number or a text: put it in quotes'],
    ],
    ['ContainerPort', {}, ['x.containerPort is missing']],
    ['ContainerPort', { containerPort: 80, protocol: 'tcp' }, ['x.protocol is `tcp`; write `TCP`']],
    [
      'ContainerPort',
      { containerPort: 80, protocol: 'ICMP' },
      ['x.protocol is `ICMP`; write one of SCTP, TCP, UDP'],
    ],
    [
      'EmptyDirVolumeSource',
      { sizeLimit: '5 GB' },
      [expect.stringMatching(/sizeLimit is not a Kubernetes quantity/)],
    ],
    ['EmptyDirVolumeSource', { sizeLimit: true }, [expect.stringMatching(/is `true`; write a quantity/)]],
    ['EmptyDirVolumeSource', { sizeLimit: 4 }, ['x.sizeLimit is 4 bytes; did you mean `4Gi`?']],
    ['EmptyDirVolumeSource', { sizeLimit: null }, ['x.sizeLimit is empty; give it a value, or leave it out']],
  ])('checks the names and types of %s %j', (type, value, problems) =>
    expect(schemaProblems(type, value)).toEqual(problems),
  );

  test('takes null where it takes something of ours away', () => {
    expect(schemaProblems('ResourceRequirements', { limits: { cpu: null } }, true)).toEqual([]);
  });
});
