import type { EC2ClientConfig } from '@aws-sdk/client-ec2';
import type { Endpoints, RequestLimits } from '../../core/account.ts';

/** Gives what a request is signed with, again and again: whoever makes one caches what is dear. */
export type Provider = () => Promise<SessionCredentials>;

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Whose requests: what they are signed with, where they go, how many there may be. */
export interface Caller {
  readonly credentials: NonNullable<EC2ClientConfig['credentials']>;
  readonly endpoints?: Endpoints | undefined;
  readonly limits?: RequestLimits | undefined;
}
