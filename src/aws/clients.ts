import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { DateHearingHandler } from './aws-time.ts';

/** One client a service, all of one region and one identity. */
export interface ServiceClients {
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly sts: STSClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
}

export interface ClientOptions {
  /** Instead of AWS's own endpoints, for every service: an emulator's. */
  readonly endpointUrl?: string;
  /** Instead of the SDK's default chain. */
  readonly credentials?: NonNullable<EC2ClientConfig['credentials']>;
  /** `name/version`, added to the SDK's own. */
  readonly userAgent?: string;
  /** Milliseconds, beyond which a request without a reply is given up. */
  readonly requestTimeout?: number;
  /** Told the `Date` of every reply. */
  readonly onDate?: (date: string | undefined) => void;
}

/**
 * `shared` keeps connections open. `fresh` opens one for each call: a server that closes an idle connection
 * at the moment it is used again makes a reply that never came, and after a creating call only a look-up
 * that waits out AWS's eventual consistency can tell whether it was applied.
 */
export type Connection = 'shared' | 'fresh';

export interface Clients {
  in(region: string, connection: Connection): ServiceClients;
  close(): void;
}

/** TCP and TLS. */
const connectionTimeout = 3_000;
const defaultRequestTimeout = 30_000;
const maxSockets = 64;

/**
 * Clients made on first use and shared from then on. They never retry: the executor does, because each
 * attempt has to wait for its turn and ask for leadership anew.
 */
export function createClients(options: ClientOptions): Clients {
  const requestTimeout = options.requestTimeout ?? defaultRequestTimeout;
  const handler = (keepAlive: boolean) =>
    new DateHearingHandler(
      {
        connectionTimeout,
        requestTimeout,
        throwOnRequestTimeout: true,
        httpAgent: { keepAlive, maxSockets },
        httpsAgent: { keepAlive, maxSockets },
      },
      options.onDate ?? (() => {}),
    );
  const handlers = { shared: handler(true), fresh: handler(false) };
  const credentials = options.credentials ?? fromNodeProviderChain();
  const made = new Map<string, ServiceClients>();

  const make = (region: string, connection: Connection): ServiceClients => {
    const config = {
      region,
      credentials,
      maxAttempts: 1,
      requestHandler: handlers[connection],
      ...(options.endpointUrl === undefined ? {} : { endpoint: options.endpointUrl }),
      ...(options.userAgent === undefined ? {} : { customUserAgent: options.userAgent }),
    };
    return lazily({
      autoScaling: () => new AutoScalingClient(config),
      ec2: () => new EC2Client(config),
      iam: () => new IAMClient(config),
      kms: () => new KMSClient(config),
      sts: () => new STSClient(config),
      tagging: () => new ResourceGroupsTaggingAPIClient(config),
    });
  };

  return {
    in(region, connection) {
      const key = `${region}/${connection}`;
      const clients = made.get(key) ?? make(region, connection);
      made.set(key, clients);
      return clients;
    },
    close() {
      handlers.shared.destroy();
      handlers.fresh.destroy();
    },
  };
}

type Builders = { readonly [Service in keyof ServiceClients]: () => ServiceClients[Service] };

function lazily(build: Builders): ServiceClients {
  const autoScaling = once(build.autoScaling);
  const ec2 = once(build.ec2);
  const iam = once(build.iam);
  const kms = once(build.kms);
  const sts = once(build.sts);
  const tagging = once(build.tagging);
  return {
    get autoScaling() {
      return autoScaling();
    },
    get ec2() {
      return ec2();
    },
    get iam() {
      return iam();
    },
    get kms() {
      return kms();
    },
    get sts() {
      return sts();
    },
    get tagging() {
      return tagging();
    },
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
