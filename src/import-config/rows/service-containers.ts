// `services` of a runner: containers of every pod, under the names that GitLab gives them.
import { isDockerDaemon, noDockerDaemon } from '../../layout/docker-daemon.ts';
import { isHostName } from '../../layout/host-name.ts';
import { derivedNames } from '../../pod/service-names.ts';
import { completeRequirements, shippedResources } from '../../policy/schema/resources-schema.ts';
import { isObject } from '../../security/field-values.ts';
import { shortList } from '../../text/short-list.ts';
import { appendValue, type Draft, valueAt } from '../draft.ts';
import type { Take } from './row.ts';

type Fields = Readonly<Record<string, unknown>>;

const containersPath = ['pod_template', 'spec', 'containers'] as const;

/** `service-0`, `service-1` … */
const prefix = 'service-';

export const serviceContainers: Take = ({ key, value, draft }) => {
  const daemons: string[] = [];
  for (const [index, service] of (value as readonly Fields[]).entries()) {
    if (isDockerDaemon(String(service['name']))) {
      daemons.push(`\`${String(service['name'])}\``);
      continue;
    }
    appendValue(draft, containersPath, container(service, index), key);
    const hostnames = hostNames(service);
    if (hostnames.length > 0)
      appendValue(draft, ['pod_template', 'spec', 'hostAliases'], { ip: '127.0.0.1', hostnames }, key);
  }
  return daemons.length === 0
    ? undefined
    : { verdict: 'different', says: `${shortList(daemons)} is not taken over. ${noDockerDaemon}` };
};

function container({ name, entrypoint, command, environment }: Fields, index: number): Fields {
  const env = texts(environment).map((each) => ({
    name: each.split('=')[0],
    value: each.slice(each.indexOf('=') + 1),
  }));
  return {
    name: `${prefix}${index}`,
    image: String(name),
    ...(texts(entrypoint).length > 0 ? { command: texts(entrypoint) } : {}),
    ...(texts(command).length > 0 ? { args: texts(command) } : {}),
    ...(env.length > 0 ? { env } : {}),
  };
}

/** As for a service of a job: of its image's name, and its aliases. */
function hostNames({ name, alias }: Fields): string[] {
  const aliases = (typeof alias === 'string' ? alias : '').split(/[\s,]+/);
  return [...new Set([...derivedNames(String(name)), ...aliases])].filter(isHostName);
}

const texts = (given: unknown): string[] => (Array.isArray(given) ? given.map(String) : []);

/** Amounts are those of any service, which are known when all keys are read. */
export function giveServicesAmounts({ policy }: Draft): void {
  const containers = valueAt(policy, containersPath);
  if (!Array.isArray(containers)) return;
  const written = valueAt(policy, ['resources', 'service']);
  for (const each of containers as Record<string, unknown>[])
    if (String(each['name']).startsWith(prefix))
      each['resources'] = completeRequirements(isObject(written) ? written : {}, shippedResources.service);
}
