// What an exit code of a container means when it is not the script's own.

/** Process 1 of ours: the pod has no user namespace that the kernel would confirm. */
export const unprovenExitCode = 71;

/** Process 1 of ours: a volume cannot be written. */
export const unwritableExitCode = 72;

/** Process 1 of ours: the image lacks a program without which nothing can run. */
export const incompleteImageExitCode = 73;

/** Process 1 of ours: what an earlier job left in a lasting workspace cannot be cleared. */
export const unclearableExitCode = 74;

/** A question of ours: process 1 did not become ready in time. */
export const notReadyExitCode = 97;

/** 128 + SIGTERM: process 1 of ours was asked to end. */
export const terminatedExitCode = 143;

/** 128 + SIGKILL: most often the kernel's out-of-memory killer. */
export const killedExitCode = 137;
