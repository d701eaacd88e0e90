/** Without the milliseconds, which are none. */
export const rfc3339 = (instant: number): string => new Date(instant).toISOString().replace('.000Z', 'Z');
