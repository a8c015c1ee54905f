// Whether jobs find again what an earlier one of their project left in its workspace, and how much of that there may be.
import { z } from 'zod';
import { isDnsSubdomain } from '../../layout/host-name.ts';
import { checkedText, durationBetween, noProblems, patternOf, size, wholeNumber } from './policy-fields.ts';

/** A volume for each: more jobs of one project at once are many, and the others start with an empty workspace. */
const maxSlots = 50;
const aWeek = '168h';
const aYear = '8760h';
/** A file system of less has no room for a repository. */
const minSize = 64 * 1024 ** 2;

const storageClass = checkedText((value) =>
  isDnsSubdomain(value)
    ? null
    : 'is not the name of a StorageClass; lower-case letters, digits, `-` and `.` are allowed (`kubectl get storageclass` lists them)',
);

const volumeSize = size.superRefine((bytes, context) => {
  if (bytes >= minSize) return;
  context.addIssue({ code: 'custom', message: 'is too small for a repository; write 64Mi or more' });
});

export const lastingWorkspaces = z
  .strictObject({
    storage_class: storageClass
      .exactOptional()
      .describe("StorageClass of the volumes. Absent: the cluster's default one."),
    size: volumeSize.describe('What the PersistentVolumeClaim of each workspace asks for.'),
    slots: wholeNumber(1, maxSlots)
      .default(1)
      .describe('How many workspaces a project has for protected refs, and again for all others.'),
    max_idle: durationBetween('1h', aYear, 'what is kept for less or for longer serves no next job')
      .prefault(aWeek)
      .describe('sweep deletes a workspace that no job used for so long.'),
    max_total: size
      .exactOptional()
      .describe(
        'What all workspaces of the namespace may ask for together; beyond it sweep deletes those idle for the longest.',
      ),
    projects: z
      .array(patternOf('project path'))
      .min(1, 'is empty, and then no job would have one; leave lasting_workspaces out')
      .exactOptional()
      .describe('Patterns of full paths: `group/**`. Absent: all projects.'),
  })
  .superRefine(
    noProblems(({ size: each, max_total: total }) =>
      total === undefined || total >= each
        ? []
        : [{ path: ['max_total'], message: 'is less than size, so that sweep would delete every workspace' }],
    ),
  );
