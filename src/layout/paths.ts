// Where things are in the pod's containers, the same on every floor.

/** The job's files, shared by build and helper: GitLab's `builds_dir`. */
export const buildsDirectory = '/builds';

/** The job's cache archives, shared likewise: GitLab's `cache_dir`. */
export const cacheDirectory = '/cache';

/** Where each container's own control volume is mounted. */
export const controlDirectory = '/.gitlab-pod-executor';

/** HOME: a uid without a passwd entry has `/` otherwise, where git cannot write its configuration. */
export const homeDirectory = `${controlDirectory}/home`;

/** The scripts and spools of sub-stages live below; 0700, like home. */
export const scriptsDirectory = `${controlDirectory}/scripts`;

/** Where the helper has `gitlab-runner` when its image knows it only as `gitlab-runner-helper`; belongs into its PATH. */
export const helperBinDirectory = `${controlDirectory}/bin`;

/** Where git finds an empty repository of ours in place of the project's, once user code had that one. */
export const helperRepository = `${controlDirectory}/git`;

/** Made by process 1 when the container takes work (in the helper: after the proof of the user namespace). */
export const readyFile = `${controlDirectory}/ready`;
