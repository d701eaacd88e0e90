import {
  CreateImageUsageReportCommand,
  DescribeImageUsageReportEntriesCommand,
  DescribeImageUsageReportsCommand,
} from '@aws-sdk/client-ec2';
import { reads, writes } from './call.ts';
import { ec2Call as call } from './ec2-call.ts';

/** Who uses a shared image elsewhere: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/your-ec2-ami-usage.html */
export const ec2ImageUsageCalls = {
  /** Always with a client token, so a repetition is the same report. */
  'ec2:CreateImageUsageReport': call(CreateImageUsageReportCommand, writes),
  'ec2:DescribeImageUsageReportEntries': call(DescribeImageUsageReportEntriesCommand, reads),
  'ec2:DescribeImageUsageReports': call(DescribeImageUsageReportsCommand, reads),
};
