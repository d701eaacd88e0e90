import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../../core/errors.ts';
import type { Clock, Logger } from '../../core/ports.ts';

/**
 * A certificate and its key from a directory, as a Secret of type kubernetes.io/tls is mounted.
 *
 * Guarantees
 * - A renewed one is in use within {@link rereadAfter}, for new connections, without a restart.
 * - What cannot be read, or whose key is another certificate's (the moment between two writes), changes
 *   nothing: the one before serves on, and a warning says so.
 */
export interface Certificate {
  /** PEM, with its chain. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

/** Milliseconds. Read instead of watched: a mounted Secret is renewed by the swap of a link. */
export const rereadAfter = 30_000;

/** Throws, naming the directory, where there is no usable pair in it. */
export function readCertificate(directory: string): Certificate {
  try {
    const pair = {
      cert: readFileSync(join(directory, 'tls.crt'), 'utf8'),
      key: readFileSync(join(directory, 'tls.key'), 'utf8'),
    };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    throw new Error(
      `${directory} must have a certificate in tls.crt and its key in tls.key: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

interface Followed {
  readonly directory: string;
  /** What is in use. */
  readonly certificate: Certificate;
  readonly onRenewed: (certificate: Certificate) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Calls `onRenewed` with every pair that is another than the one before. Returns what ends it. */
export function followCertificate({
  directory,
  onRenewed,
  clock,
  logger,
  ...followed
}: Followed): () => void {
  let { certificate } = followed;
  const look = (): void => {
    try {
      const found = readCertificate(directory);
      if (found.cert !== certificate.cert || found.key !== certificate.key) {
        onRenewed(found);
        certificate = found;
        logger.info({ directory }, 'certificate renewed');
      }
    } catch (error) {
      logger.warn({ directory, error: messageOf(error) }, 'certificate not renewed');
    }
    timer = clock.after(rereadAfter, look);
  };
  let timer = clock.after(rereadAfter, look);
  return () => timer.cancel();
}
