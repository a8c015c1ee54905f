import { expect, test } from 'vitest';
import { derivedNames, serviceHostNames } from '../../src/pod/service-names.ts';
import { admittedService } from './sample-job.ts';

/** GitLab Runner, helpers/container/services/services_test.go, restated. */
const derived: [image: string, names: string[]][] = [
  ['service', ['service']],
  ['service:version', ['service']],
  ['namespace/service', ['namespace__service', 'namespace-service']],
  ['namespace/service:version', ['namespace__service', 'namespace-service']],
  ['domain.tld/service', ['domain.tld__service', 'domain.tld-service']],
  [
    'domain.tld/namespace/service:version',
    ['domain.tld__namespace__service', 'domain.tld-namespace-service'],
  ],
  ['domain.tld:8080/service', ['domain.tld__service', 'domain.tld-service']],
  [
    'subdomain.domain.tld:8080/namespace/service:version',
    ['subdomain.domain.tld__namespace__service', 'subdomain.domain.tld-namespace-service'],
  ],
  [`redis:7@sha256:${'0'.repeat(64)}`, ['redis']],
];

test.for(derived)('%s is reached as %j', ([image, names]) => {
  expect(derivedNames(image)).toEqual(names);
});

test('leaves out names that no hosts file of Kubernetes may hold', () => {
  const services = [
    admittedService('group/db:1', {
      aliases: ['db', 'my_db', 'DB', 'db.', '-db', 'localhost', 'x'.repeat(254)],
    }),
    admittedService('redis:8', { aliases: ['db', 'cache.local'] }),
  ];

  expect(serviceHostNames(services)).toEqual(['group-db', 'db', 'redis', 'cache.local']);
});
