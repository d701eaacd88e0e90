/**
 * The AWS CLI's commands that docs/getting-started.md uses, by the SDK against the emulator. An unknown one fails.
 * Started as a process of its own: `node aws-cli.ts ec2 delete-tags …`, with AWS_ENDPOINT_URL and AWS_REGION set.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DeleteTagsCommand, DescribeTagsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreatePolicyCommand, DeletePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** The issuer of a cluster that nobody made: EKS is not in the emulator's reach. */
const issuer = 'https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';

type Options = Readonly<Record<string, readonly string[] | undefined>>;
const first = (options: Options, name: string): string => {
  const [value] = options[name] ?? [];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
};

const commands: Readonly<Record<string, (options: Options) => Promise<string>>> = {
  'sts get-caller-identity': async () =>
    (await new STSClient().send(new GetCallerIdentityCommand())).Account ?? '',
  'iam create-policy': async (options) => {
    const file = first(options, 'policy-document').replace(/^file:\/\//, '');
    const { Policy } = await new IAMClient().send(
      new CreatePolicyCommand({
        PolicyName: first(options, 'policy-name'),
        PolicyDocument: readFileSync(file, 'utf8'),
      }),
    );
    return Policy?.Arn ?? '';
  },
  'iam delete-policy': async (options) => {
    await new IAMClient().send(new DeletePolicyCommand({ PolicyArn: first(options, 'policy-arn') }));
    return '';
  },
  'ec2 delete-tags': async (options) => {
    const Tags = (options.tags ?? []).map((tag) => ({ Key: tag.replace(/^Key=/, '') }));
    await new EC2Client().send(new DeleteTagsCommand({ Resources: [first(options, 'resources')], Tags }));
    return '';
  },
  'ec2 describe-tags': async (options) => {
    const Filters = (options.filters ?? []).map((filter) => {
      const [, Name = '', values = ''] = /^Name=(.+),Values=(.+)$/.exec(filter) ?? [];
      return { Name, Values: values.split(',') };
    });
    const { Tags = [] } = await new EC2Client().send(new DescribeTagsCommand({ Filters }));
    return Tags.map((tag) => ['TAGS', tag.Key, tag.ResourceId, tag.ResourceType, tag.Value].join('\t')).join(
      '\n',
    );
  },
  'eks describe-cluster': async () => issuer,
};

/** `--name value value --other` as lists of values. */
function optionsOf(words: readonly string[]): Options {
  const { tokens } = parseArgs({ args: [...words], strict: false, tokens: true });
  const options: Record<string, string[]> = {};
  let current = '';
  for (const token of tokens) {
    if (token.kind === 'option') {
      current = token.name;
      options[current] = token.value === undefined ? [] : [token.value];
    } else if (token.kind === 'positional') options[current]?.push(token.value);
  }
  return options;
}

const [service = '', operation = '', ...words] = process.argv.slice(2);
const command = commands[`${service} ${operation}`];
if (!command) throw new Error(`aws ${service} ${operation}: no such command stands in for AWS here`);
const output = await command(optionsOf(words));
if (output) console.log(output);
