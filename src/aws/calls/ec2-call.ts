import type {
  $Command as Ec2Command,
  EC2ClientResolvedConfig as Ec2Config,
  ServiceInputTypes as Ec2Input,
  ServiceOutputTypes as Ec2Output,
} from '@aws-sdk/client-ec2';
import { type Call, type CallFacts, guarded } from './call.ts';

type CommandClass<Input extends Ec2Input, Output extends Ec2Output> = new (
  input: Input,
) => Ec2Command<Input, Output, Ec2Config, Ec2Input, Ec2Output>;

export function ec2Call<Input extends Ec2Input, Output extends Ec2Output>(
  Command: CommandClass<Input, Output>,
  facts: CallFacts,
): Call<Input, Output> {
  return {
    ...facts,
    send: (clients, input, beforeSend) => clients.ec2.send(guarded(new Command(input), beforeSend)),
  };
}
