// A policy with the lists of a real forge, for tests of admission; each key replaceable.

import { createAdmissionContext } from '../../src/admission/admission-context.ts';
import type { ExplanationInput } from '../../src/admission/explain/explanation.ts';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';

const text = `
cluster: {namespace: ci}
default_image: docker-registry.example.org/bookworm
allowed_images:
  - {pattern: "docker-registry.example.org/*", because: Built and patched by us.}
  - centos/*:*
  - {pattern: "debian:*", because: Docker official image.}
  - python:*
  - rustlang/rust:nightly
  - alpine
  - maven:3*
  - kdeorg/*:*
allowed_services:
  - docker-registry.example.org/**
  - postgres:*
replacements:
  - {pattern: "node:*", use: docker-registry.example.org/node20, because: Ours gets security updates every Monday.}
rejection:
  help_url: https://ci.example.org/images/
  message: |
    Images are limited on purpose.
    Special needs of {project} are welcome.
  contact: https://gitlab.example.org/releng/images/-/issues/new
  exit_code: 77
`;

export function samplePolicy(changes: Partial<Policy> = {}): Policy {
  return { ...readPolicy({ text, file: 'policy.yaml' }).policy, ...changes };
}

/** A question about a name that the sample policy does not allow. */
export function questionAbout(name: string, changes: Partial<Policy> = {}): ExplanationInput {
  const { reference } = parseImageReference(name);
  if (reference === undefined) throw new Error(`"${name}" is not an image name`);
  const court = createAdmissionContext(samplePolicy(changes), null);
  return { reference, kind: 'image', context: court, list: court.list('image') ?? [] };
}
