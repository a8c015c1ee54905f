// The shipped image and values for a runner in a pod: that their parts agree with each other and with the program.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Values {
  readonly envVars: readonly { readonly name: string; readonly value: string }[];
  readonly volumes: readonly { readonly name: string; readonly emptyDir?: unknown }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly preEntrypointScript: string;
  readonly runners: { readonly executor: string; readonly config: string };
}

const values = parse(readFileSync('config/container/helm-values.yaml', 'utf8')) as Values;
const dockerfile = readFileSync('config/container/Dockerfile', 'utf8');

/** `run_exec = "…"` and the like; a timeout may stand in one of them alone. */
const callsOf = (toml: string): string[] =>
  [...toml.matchAll(/^ *(\w+_(?:exec|args) = .*)$/gm)].map(([, line = '']) => line);

describe('config/container', () => {
  it('calls the stages as config/runner.toml does', () => {
    const calls = callsOf(values.runners.config);
    expect(calls).toHaveLength(8);
    expect(calls).toEqual(callsOf(readFileSync('config/runner.toml', 'utf8')));
  });

  it('gives the resident a directory in memory that it may write', () => {
    const path = values.envVars.find(({ name }) => name === 'GITLAB_POD_EXECUTOR_RESIDENT')?.value;
    const mount = values.volumeMounts.find(({ mountPath }) => mountPath === path);
    const volume = values.volumes.find(({ name }) => name === mount?.name);
    expect(volume?.emptyDir).toMatchObject({ medium: 'Memory' });
  });

  it('starts the wrapper that the image brings, and does not wait for it', () => {
    expect(values.preEntrypointScript.trim()).toMatch(/ \/opt\/gitlab-pod-executor\/serve-beside\.sh &$/);
    expect(dockerfile).toMatch(
      /^COPY dist\/ config\/container\/serve-beside\.sh \/opt\/gitlab-pod-executor\/$/m,
    );
  });
});
