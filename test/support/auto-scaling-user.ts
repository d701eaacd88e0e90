import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DeleteAutoScalingGroupCommand,
  DeleteLaunchConfigurationCommand,
} from '@aws-sdk/client-auto-scaling';

/** Not the operator's, so that the proxy's record tells who called. */
const credentials = { accessKeyId: 'person', secretAccessKey: 'person' };

/** A person with the AWS CLI who scales groups of instances, in one region. */
export type AutoScalingUser = ReturnType<typeof autoScalingUser>;

export function autoScalingUser(endpoint: string, region: string) {
  const client = new AutoScalingClient({ endpoint, region, credentials, maxAttempts: 1 });
  return {
    launchConfiguration: (name: string, imageId: string) =>
      client.send(
        new CreateLaunchConfigurationCommand({
          LaunchConfigurationName: name,
          ImageId: imageId,
          InstanceType: 't3.micro',
        }),
      ),
    /** Of no instances: it may launch some at any time. */
    group: (name: string, launchConfiguration: string) =>
      client.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: name,
          LaunchConfigurationName: launchConfiguration,
          AvailabilityZones: [`${region}a`],
          MinSize: 0,
          MaxSize: 1,
        }),
      ),
    deleteGroup: (name: string) =>
      client.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name })),
    deleteLaunchConfiguration: (name: string) =>
      client.send(new DeleteLaunchConfigurationCommand({ LaunchConfigurationName: name })),
    close: () => client.destroy(),
  };
}
