/**
 * Where the local Lambda's runtime writes a byte for each call that it has read, before the handler runs. A call without
 * one has not run, and may go to another environment when this one ends.
 */
export const TAKEN_FD = 3;
