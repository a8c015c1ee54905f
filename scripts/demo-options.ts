// What the caller of scripts/demo wants.
import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly job: string;
  readonly list: boolean;
  /** null: the embedded cluster. */
  readonly real: RealCluster | null;
}

export interface RealCluster {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** null: the address that this machine has towards the API server. */
  readonly listen: string | null;
  readonly buildImage: string;
  /** null: the policy's default, GitLab's own image. */
  readonly helperImage: string | null;
  readonly serviceImage: string;
}

const realOptions = ['namespace', 'listen', 'build-image', 'helper-image', 'service-image'] as const;

/** A text says what is wrong. */
export function readDemoOptions(argv: readonly string[]): DemoOptions | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        job: { type: 'string', default: 'build' },
        list: { type: 'boolean', default: false },
        kubeconfig: { type: 'string' },
        namespace: { type: 'string' },
        listen: { type: 'string' },
        'build-image': { type: 'string' },
        'helper-image': { type: 'string' },
        'service-image': { type: 'string' },
      },
    });
    if (positionals.length > 0) return `A job is named by an option: --job ${positionals[0]}.`;
    const { job, list, kubeconfig } = values;
    if (kubeconfig !== undefined) return { job, list, real: realCluster(kubeconfig, values) };
    const stray = realOptions.find((name) => values[name] !== undefined);
    if (stray !== undefined) return `--${stray} is for a real cluster: it needs --kubeconfig FILE.`;
    return { job, list, real: null };
  } catch (cause) {
    return `${(cause as Error).message.replace(/\.$/, '')}.`;
  }
}

function realCluster(
  kubeconfig: string,
  values: Readonly<Partial<Record<(typeof realOptions)[number], string | undefined>>>,
): RealCluster {
  return {
    kubeconfig,
    namespace: values.namespace ?? 'ci',
    listen: values.listen ?? null,
    buildImage: values['build-image'] ?? 'docker.io/library/debian:12',
    helperImage: values['helper-image'] ?? null,
    serviceImage: values['service-image'] ?? 'docker.io/library/busybox:1.36',
  };
}
