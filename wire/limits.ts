/**
 * Largest request that Lambda takes, through a function URL or the Invoke API; bytes.
 *
 * Source: AWS Lambda Developer Guide, "Lambda quotas", invocation payload.
 */
export const MAX_REQUEST_SIZE = 6 * 1024 * 1024;
