import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { STSClient } from '@aws-sdk/client-sts';
import { DateHearingHandler } from './aws-time.ts';
import type { Caller } from './credentials/caller.ts';

/** One client a service, all of one region and one caller. */
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
  in(caller: Caller, region: string, connection: Connection): ServiceClients;
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
  // A caller whose credentials were replaced is forgotten, and its clients with it.
  const made = new WeakMap<Caller, Map<string, ServiceClients>>();

  const make = (caller: Caller, region: string, connection: Connection): ServiceClients => {
    const config = {
      region,
      credentials: caller.credentials,
      maxAttempts: 1,
      requestHandler: handlers[connection],
      ...(options.userAgent === undefined ? {} : { customUserAgent: options.userAgent }),
    };
    const at = (service: string) => {
      const endpoint = caller.endpoints?.[service] ?? options.endpointUrl;
      return endpoint === undefined ? config : { ...config, endpoint };
    };
    return lazily({
      autoScaling: () => new AutoScalingClient(at('autoscaling')),
      ec2: () => new EC2Client(at('ec2')),
      iam: () => new IAMClient(at('iam')),
      kms: () => new KMSClient(at('kms')),
      sts: () => new STSClient(at('sts')),
      tagging: () => new ResourceGroupsTaggingAPIClient(at('tag')),
    });
  };

  return {
    in(caller, region, connection) {
      const known = made.get(caller) ?? new Map<string, ServiceClients>();
      made.set(caller, known);
      const key = `${region}/${connection}`;
      const clients = known.get(key) ?? make(caller, region, connection);
      known.set(key, clients);
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
