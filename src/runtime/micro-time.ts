/** metav1.MicroTime: RFC 3339 with exactly six digits; the API server refuses a Lease or an Event with fewer. */
export const microTime = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace('Z', '000Z');
