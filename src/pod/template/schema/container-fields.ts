// Every field of a container, and whether a pod_template may set it: for ours, which keep our promises, and for containers
// that the template brings. A field that is not in these lists is refused, as in pod-fields.ts.

import { breaks } from '../promises.ts';
import { type FieldDecision, free, refused } from './template-pod-fields.ts';

export type Role = 'build' | 'helper' | 'service' | 'init' | 'own';

const program = refused(
  "is the executor's: process 1 of this container is its own, and services take theirs from the job",
);
const once = refused(breaks('startedOnce', "is the executor's: a job's containers run once"));
const beside = (what: string): FieldDecision =>
  refused(
    breaks(
      'nothingBeside',
      `${what} in this container, beside the job's scripts and GitLab's. Leave it out, or use a container of your own`,
    ),
  );
const probe = beside('is run by the kubelet at any time');
const device = refused(
  breaks(
    'nobodyOutside',
    'hands out a raw device, which no id map stands before. Mount a file system by volumeMounts',
  ),
);

/** What is the same for all of ours. */
const ofOurs: Readonly<Record<string, FieldDecision>> = {
  args: program,
  command: program,
  env: free,
  envFrom: free,
  image: refused(
    breaks('admitted', 'comes from the job, or from default_image and helper_image. Write it there'),
  ),
  imagePullPolicy: refused('comes from pull_policy'),
  lifecycle: beside('runs hooks, or changes the signal that ends process 1,'),
  livenessProbe: probe,
  name: free,
  ports: free,
  readinessProbe: probe,
  resizePolicy: free,
  resources: free,
  restartPolicy: once,
  restartPolicyRules: once,
  securityContext: free,
  startupProbe: probe,
  stdin: refused("is the executor's: scripts come by exec"),
  stdinOnce: refused("is the executor's: scripts come by exec"),
  terminationMessagePath: refused(
    breaks(
      'ownFiles',
      'mounts a file that the container can write over what lies there. Leave it out: the log tells why a container ended',
    ),
  ),
  terminationMessagePolicy: refused("is the executor's: it tells why a container ended from its log"),
  tty: refused("is the executor's: scripts come by exec"),
  volumeDevices: device,
  volumeMounts: free,
  workingDir: free,
};

const noMore = refused('is not for an init container of the executor, which does one thing and ends');

/** One shell that reads a file or makes a directory. */
const ofInit = {
  ...ofOurs,
  env: noMore,
  envFrom: noMore,
  ports: noMore,
  volumeMounts: noMore,
  workingDir: noMore,
};

const ofHelper = {
  ...ofOurs,
  envFrom: refused(
    breaks(
      'helperTrustsNothing',
      'brings variables whose names nobody can check here. Name each in env, with valueFrom.configMapKeyRef or secretKeyRef',
    ),
  ),
};

/** The operator's own: only the port of the node, propagation and the control volumes are looked at (check-mounts.ts …). */
const ofOwn = Object.fromEntries(Object.keys(ofOurs).map((field) => [field, free]));

export const containerFields: Readonly<Record<Role, Readonly<Record<string, FieldDecision>>>> = {
  build: ofOurs,
  helper: ofHelper,
  service: ofOurs,
  init: ofInit,
  own: ofOwn,
};
