import { expect, it } from 'vitest';
import { warnLateServices } from '../../../src/stage/prepare/warn-late-services.ts';
import { fakeIo } from '../fake-io.ts';
import { podOf } from '../pod-fixture.ts';

it('warns of each late service and of no other, with what it printed', async () => {
  const io = fakeIo();
  await warnLateServices({
    ...{ io, pod: podOf(), late: ['svc-1', 'svc-2'], seconds: 30 },
    cluster: { readLog: ({ container }) => Promise.resolve(`log of ${container}\n`) },
    services: [0, 1, 2].map((index) => ({ container: `svc-${index}`, image: 'a:1', port: 80 + index })),
  });

  expect(io.lines()).toEqual([
    'WARNING: The service a:1 (services[1]) does not listen on its port 81 after 30 s. The job goes on. It printed:',
    '  | log of svc-1',
    'WARNING: The service a:1 (services[2]) does not listen on its port 82 after 30 s. The job goes on. It printed:',
    '  | log of svc-2',
  ]);
});

it('says of a service with a probe of the template no more than that it is not ready', async () => {
  const io = fakeIo();
  await warnLateServices({
    ...{ io, pod: podOf(), late: ['svc-0'], seconds: 30 },
    cluster: { readLog: () => Promise.resolve('') },
    services: [{ container: 'svc-0', image: 'a:1', port: null }],
  });

  expect(io.lines()).toEqual([
    'WARNING: The service a:1 (services[0]) is not ready after 30 s. The job goes on. It printed nothing.',
  ]);
});
