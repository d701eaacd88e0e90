/**
 * How long a test waits for what is to come, in milliseconds. On a machine with nothing else to do it comes at
 * once; where others build and test beside it, it does not, and only what never comes costs the whole time.
 */
export const patience = 60_000;
