import { describe, expect, it } from 'vitest';
import { checkPodPolicy } from '../../../src/pod/check-pod-policy.ts';
import { checkMaySet } from '../../../src/pod/may-set/check-may-set.ts';
import { readPolicy } from '../../../src/policy/read-policy.ts';
import { samplePolicy } from '../sample-job.ts';

function mistakesIn(text: string): string[] {
  try {
    readPolicy({ text: `cluster: {namespace: ci}\n${text}`, file: 'p', checks: [checkPodPolicy] });
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
}

describe('checkMaySet', () => {
  it('has nothing to say where nothing is left to jobs, or where all of it can be used', () => {
    expect(checkMaySet(samplePolicy)).toEqual([]);
    expect(
      mistakesIn(
        'job_may_set:\n  build: {requests: {cpu: 4}, limits: {cpu: "8", memory: 16Gi}}\n  labels: ["team=*"]\n  service_account: [deploy-*]',
      ),
    ).toEqual([]);
  });

  it('names each mistake at its line and column, all at once', () => {
    const text = [
      'job_may_set:',
      '  build:',
      '    requests: {memory: 256Mi, cpu: "9"}',
      '    limits: {memory: much, ephemeral-storage: 0}',
      '  helper:',
      '    requests: {memory: 64Mi}',
      '  service:',
      '    requests: {memory: 2Gi}',
      '  labels: ["*=*", "gitlab-pod-executor/job-id=1"]',
      '  node_selector: [arch]',
      '  service_account: ["Deploy Me"]',
      '  lables: [a]',
    ].join('\n');

    expect(mistakesIn(text)).toEqual([
      expect.stringMatching(/^p:5:22: job_may_set\.build\.limits\.memory is not a Kubernetes quantity/),
      expect.stringMatching(/^p:13:3: job_may_set\.lables is not a key .*did you mean `labels`\?/),
    ]);
    const better = text
      .replace('memory: much, ephemeral-storage: 0', 'memory: 8Gi')
      .replace('  lables: [a]', '');
    expect(mistakesIn(better)).toEqual([
      expect.stringMatching(/^p:4:24: .*memory is less than the 512Mi that every job has without asking/),
      expect.stringMatching(/^p:4:36: .*cpu is more than the highest limit that a job can have, 2; raise/),
      expect.stringMatching(/^p:7:24: job_may_set\.helper\.requests\.memory is less than the 128Mi/),
      expect.stringMatching(/^p:9:24: job_may_set\.service\.requests\.memory is more than the highest limit/),
      expect.stringMatching(/^p:10:12: job_may_set\.labels\[0\] has a `\*` in its key/),
      expect.stringMatching(/^p:10:19: job_may_set\.labels\[1\] .*is the executor's/),
      expect.stringMatching(/^p:11:19: job_may_set\.node_selector\[0\] has no key/),
      expect.stringMatching(/^p:12:21: job_may_set\.service_account\[0\] is not a name/),
    ]);
  });

  it('looks at the amounts that a template and a profile bring', () => {
    const pod =
      'pod_template: {spec: {resources: {limits: {memory: 6Gi}}}}\njob_may_set: {build: {limits: {memory: 8Gi}}}';
    expect(mistakesIn(pod)).toEqual([expect.stringContaining("is more than the whole pod's limit, 6Gi")]);
    const profile = [
      'profiles: {large: {resources: {build: {limits: {memory: 32Gi}}}}}',
      'job_may_set: {build: {limits: {memory: 8Gi}}}',
    ].join('\n');
    expect(mistakesIn(profile)).toEqual([
      expect.stringMatching(
        /^p:2:\d+: profiles\.large has with the policy's own job_may_set\.build\.limits\.memory one that is less than the 32Gi/,
      ),
    ]);
    const own = profile.replace('resources:', 'job_may_set: {build: {limits: {memory: 64Gi}}}, resources:');
    expect(mistakesIn(own)).toEqual([]);
    expect(mistakesIn(own.replace('64Gi', '16Gi'))).toEqual([
      expect.stringMatching(
        /^p:2:\d+: profiles\.large\.job_may_set\.build\.limits\.memory is less than the 32Gi/,
      ),
    ]);
  });
});
