// The policy that holds: what the file says, and what is shipped for the rest.

import type { AllowedPattern, Policy, PolicyRule, PullPolicy, UserNamespaces } from '../policy.ts';
import { readDuration } from './duration.ts';
import type { PolicyFile } from './policy-schema.ts';
import { readQuantity } from './quantity.ts';
import { completeResources } from './resources.ts';
import {
  shippedDefaultContext,
  shippedEnforcedContext,
  shippedLogLimit,
  shippedServiceReadiness,
  shippedTimeouts,
} from './shipped-policy.ts';

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

export function completePolicy(file: PolicyFile, hash: string): Policy {
  const { timeouts = {}, service_readiness = {} } = file;
  return {
    ...present({
      default_image: file.default_image,
      helper_image: file.helper_image,
      allowed_images: file.allowed_images?.map(toPattern),
      allowed_services: file.allowed_services?.map(toPattern),
      allowed_pull_policies: file.allowed_pull_policies,
      allowed_users: file.allowed_users,
      allowed_groups: file.allowed_groups,
      pod_template: file.pod_template,
    }),
    cluster: present(file.cluster),
    pull_policy: toList(file.pull_policy),
    image_matching: file.image_matching ?? 'gitlab',
    rules: (file.rules ?? []).map(toRule),
    replacements: (file.replacements ?? []).map(present),
    rejection: present({ ...file.rejection, exit_code: file.rejection?.exit_code ?? 1 }),
    default_security_context: file.default_security_context ?? shippedDefaultContext,
    enforced_security_context: file.enforced_security_context ?? shippedEnforcedContext,
    log_limit: file.log_limit === undefined ? shippedLogLimit : bytes(file.log_limit),
    user_namespaces: toUserNamespaces(file.user_namespaces),
    resources: completeResources(file.resources),
    timeouts: {
      ready: seconds(timeouts.ready, shippedTimeouts.ready),
      reconnect: seconds(timeouts.reconnect, shippedTimeouts.reconnect),
      stop_grace: seconds(timeouts.stop_grace, shippedTimeouts.stop_grace),
    },
    service_readiness: { timeout: seconds(service_readiness.timeout, shippedServiceReadiness.timeout) },
    image_pull_secrets: file.image_pull_secrets ?? [],
    hash,
  };
}

function toPattern(entry: NonNullable<PolicyFile['allowed_images']>[number]): AllowedPattern {
  return typeof entry === 'string' ? { pattern: entry } : present(entry);
}

function toRule({ when, ...added }: NonNullable<PolicyFile['rules']>[number]): PolicyRule {
  return {
    when: present(when),
    ...present({
      allowed_images: added.allowed_images?.map(toPattern),
      allowed_services: added.allowed_services?.map(toPattern),
      allowed_pull_policies: added.allowed_pull_policies,
    }),
  };
}

function toList(pullPolicy: PolicyFile['pull_policy']): readonly PullPolicy[] {
  if (pullPolicy === undefined) return [];
  return typeof pullPolicy === 'string' ? [pullPolicy] : pullPolicy;
}

function toUserNamespaces(written: PolicyFile['user_namespaces']): UserNamespaces {
  if (written === undefined) return { mode: 'required' };
  const { mode, runtime_classes = [] } = typeof written === 'string' ? { mode: written } : written;
  return mode === 'vm' ? { mode, runtime_classes } : { mode };
}

function seconds(written: string | number | undefined, shipped: number): number {
  if (written === undefined) return shipped;
  return typeof written === 'number' ? written : (readDuration(written) ?? shipped);
}

function bytes(written: string | number): number {
  return typeof written === 'number' ? written : Math.floor(readQuantity(written) ?? 0);
}

/** Without the keys that are undefined: an absent key has a meaning of its own here. */
function present<T extends object>(
  value: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & Partial<Present<T>> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;
}
