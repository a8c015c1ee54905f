// Names that both the server and its callers know.

export const namespace = 'ci';
export const nodeName = 'embedded-node';
