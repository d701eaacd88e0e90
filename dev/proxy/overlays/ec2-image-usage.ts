import { field, fieldList } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { ec2Reply } from '../reply.ts';
import { element } from '../xml.ts';
import type { ImageStates } from './image-state.ts';

/** Reports on who uses an image: ready at once, with the accounts that a test has said (`usedBy`). */
export function imageUsageReports(states: ImageStates): Overlay {
  const reportOf = (imageId: string) => imageId.replace('ami-', 'aiur-');
  const imageOf = (reportId: string) => reportId.replace('aiur-', 'ami-');
  return {
    match: ({ operation }) => operation.includes('ImageUsageReport'),
    async handle(call) {
      const { images } = states.of(call);
      if (call.operation === 'CreateImageUsageReport') {
        const imageId = field(call, 'ImageId') ?? '';
        states.facts(call, imageId).usageReportAt = new Date(states.now()).toISOString();
        return ec2Reply(call.operation, element('reportId', reportOf(imageId)));
      }
      if (call.operation === 'DescribeImageUsageReportEntries') {
        const items = fieldList(call, 'ReportId').flatMap((reportId) =>
          (images.get(imageOf(reportId))?.usedBy ?? []).map((account) =>
            element(
              'item',
              element('reportId', reportId),
              element('imageId', imageOf(reportId)),
              element('accountId', account),
              element('resourceType', 'ec2:Instance'),
              element('usageCount', '1'),
            ),
          ),
        );
        return ec2Reply(call.operation, element('imageUsageReportEntrySet', ...items));
      }
      const items = fieldList(call, 'ImageId').flatMap((imageId) => {
        const at = images.get(imageId)?.usageReportAt;
        if (at === undefined) return [];
        const members = { imageId, reportId: reportOf(imageId), state: 'available', creationTime: at };
        return [element('item', ...Object.entries(members).map(([name, value]) => element(name, value)))];
      });
      return ec2Reply(call.operation, element('imageUsageReportSet', ...items));
    },
  };
}
