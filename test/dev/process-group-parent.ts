/** Run by process.test.ts as the parent that is killed: a group with a child, and a grandchild of it. */
import { createProcessGroup } from '../../dev/process.ts';

const group = await createProcessGroup('test');
const child = await group.start({
  name: 'child',
  command: '/bin/sh',
  args: ['-c', 'sleep 300 & wait # "$0"', group.directory],
});
console.log(JSON.stringify({ directory: group.directory, processGroup: child.pid }));
setInterval(() => {}, 1000);
