// What a variable of a container may be called.

/**
 * What every API server takes, also those that do not take all printable characters yet (before 1.30), and what can be a key of a
 * Secret: that has 253 characters at most, and ours put `svc-31.` before a name.
 */
export const environmentName = /^(?!\.$|\.\.)[-._a-zA-Z][-._a-zA-Z0-9]{0,239}$/;
