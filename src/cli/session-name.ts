/** What CloudTrail shows of a session that an AWSAccount names no name for; as long as STS takes one. */
export const sessionNameOf = (cluster: string): string => `mooring-${cluster}`.slice(0, 64);
