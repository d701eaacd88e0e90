import { type Call, field, type Reply } from './call.ts';
import { parseXml, textAt } from './xml.ts';

/** Which account an access key belongs to, learnt from the replies that handed it out. */
export class Accounts {
  #byKey = new Map<string, string>();

  accountOf(accessKey: string): string | undefined {
    return this.#byKey.get(accessKey);
  }

  learn(call: Call, reply: Reply): void {
    const isKey = call.operation === 'CreateAccessKey';
    if (reply.status !== 200 || !(isKey || call.operation.startsWith('AssumeRole'))) return;
    const holder = isKey ? 'AccessKey' : 'Credentials';
    const document = parseXml(reply.body.toString('utf8'));
    const accessKey = textAt(document, `${call.operation}Result`, holder, 'AccessKeyId');
    const account = isKey
      ? call.accountId
      : /^arn:[^:]*:iam::(\d{12}):/.exec(field(call, 'RoleArn') ?? '')?.[1];
    if (account !== undefined && accessKey !== undefined) this.#byKey.set(accessKey, account);
  }

  reset(): void {
    this.#byKey.clear();
  }
}
