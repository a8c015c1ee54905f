// A policy as an operator of a mid-sized GitLab would write it: the lists of Wikimedia and KDE, joined, with reasons.
import type { Policy } from '../../src/policy/policy.ts';

/** The parsed policy; `changes` replace whole keys. */
export function examplePolicy(changes: Partial<Policy> = {}): Policy {
  return {
    cluster: { namespace: 'secret-namespace', kubeconfig: '/secret/kubeconfig', context: 'secret-context' },
    default_image: 'docker-registry.example.org/bookworm:20261101',
    allowed_images: [
      {
        pattern: 'docker-registry.example.org/*',
        because: 'Built and patched by us from Debian, and already on the runners: these start fastest.',
      },
      { pattern: 'docker-registry.example.org/releng/**', because: 'Built from our own Dockerfiles.' },
      { pattern: 'debian:*', because: 'Docker official image.' },
      { pattern: 'ubuntu:*', because: 'Docker official image.' },
      { pattern: 'python:*', because: 'Docker official image.' },
      { pattern: 'rustlang/rust:nightly' },
      { pattern: 'opensuse/*:*' },
      { pattern: 'registry.gitlab.com/gitlab-org/**', because: 'GitLab’s own templates use these.' },
      { pattern: 'mcr.microsoft.com/powershell:*' },
    ],
    allowed_services: [
      { pattern: 'docker-registry.example.org/*' },
      { pattern: 'postgres:*', because: 'For integration tests.' },
      { pattern: 'redis:*' },
    ],
    pull_policy: [],
    image_matching: 'gitlab',
    rules: [
      {
        when: { projects: ['secret-team/*'], protected_ref: true },
        allowed_images: [{ pattern: 'gcr.io/kaniko-project/executor:*', because: 'Builds images.' }],
      },
    ],
    profiles: {},
    replacements: [
      {
        pattern: 'node:*',
        use: 'docker-registry.example.org/node20',
        because: 'Ours gets security updates every Monday.',
      },
    ],
    rejection: {
      message:
        'We keep this list so that everybody’s jobs run on images that somebody looks after.\n\nWhy and how: https://wiki.example.org/CI/Images (two minutes to read).',
      contact:
        'Open an issue at https://gitlab.example.org/releng/images/-/issues/new, or ask in #ci on chat. We answer within two working days.',
      exit_code: 1,
    },
    default_security_context: { runAsUser: 12345 },
    enforced_security_context: {},
    log_limit: 1,
    user_namespaces: { mode: 'required' },
    user_database: 'generated',
    resources: { build: {}, helper: {}, service: {}, init: {} },
    pod_template: { metadata: { annotations: { note: 'secret-annotation' } } },
    timeouts: { ready: 1, reconnect: 1, stop_grace: 1 },
    service_readiness: { timeout: 1 },
    service_workspace: 'none',
    image_pull_secrets: ['secret-name'],
    hash: '3fa9c1d2e4b7',
    ...changes,
  };
}

/** The policy of an operator who left these keys out. */
export function withoutKeys(policy: Policy, ...keys: readonly string[]): Policy {
  return Object.fromEntries(
    Object.entries(policy).filter(([key]) => !keys.includes(key)),
  ) as unknown as Policy;
}
