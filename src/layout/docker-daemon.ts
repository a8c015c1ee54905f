// What no job's pod can run, and where its author reads on.

export const serviceImagesPage = "gitlab-pod-executor's docs/service-images.md";
export const buildImagesPage = "gitlab-pod-executor's docs/build-images.md";

/** Said before such a service starts, and of one that is found out by its last words. */
export const noDockerDaemon = `A Docker daemon cannot run in a job's pod: it takes rights on the node that no job gets here. Images are built without one, by buildah or kaniko: ${buildImagesPage} has recipes, and what tests can use instead.`;

/** `docker:dind`, `mirror.example.org/library/docker:29-dind-rootless` */
export const isDockerDaemon = (image: string): boolean => /(?:^|\/)docker:[\w.-]*dind/.test(image);
