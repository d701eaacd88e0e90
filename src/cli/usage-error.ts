/** The command line or the environment is wrong; the message says where and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
