// The largest numbers that the kernel and a pod know.

/** A pod's user namespace has 65,536 ids (kubelet); with a higher one the pod would wait for its start forever. */
export const maxId = 65_535;

/** TCP and UDP have 16 bits for a port. */
export const maxPort = 65_535;
