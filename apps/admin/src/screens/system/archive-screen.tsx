import { startCompanyArchive } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Card, Checkbox, Empty, Flex } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { TaskList } from '../../tasks/task-list.tsx';
import { useNoticeTask, useTasks } from '../../tasks/use-task.ts';

/** Everything the company owns as one file, made in the background. */
export default function ArchiveScreen() {
  const { data } = useTasks({ isWatching: true });
  const archives = data?.filter((task) => task.kind === 'archiveCompany') ?? [];
  return (
    <PageFrame help="把公司的全部数据和文件导出成一个压缩包，随时可做，不限时间范围。">
      <StartArchive isRunning={archives.some(({ state }) => state === 'queued' || state === 'running')} />
      <Card title="我做过的导出" style={{ marginTop: 16 }} styles={{ body: { padding: '4px 20px' } }}>
        {archives.length === 0 ? <Empty style={{ padding: 32 }} description="还没有导出过" /> : null}
        <TaskList tasks={archives} />
      </Card>
    </PageFrame>
  );
}

function StartArchive({ isRunning }: { isRunning: boolean }) {
  const mayReveal = useCan()('resident.reveal');
  const [includesIdCards, setIncludesIdCards] = useState(false);
  const { message } = App.useApp();
  const noticeTask = useNoticeTask();
  const start = useMutation({
    mutationFn: () => call(startCompanyArchive, { body: { includesIdCards } }),
    onSuccess() {
      message.success('已开始导出，完成后在下面和右上角的“任务与下载”中下载');
      noticeTask();
    },
  });
  return (
    <Card title="导出整个公司">
      <Flex vertical gap={12} align="flex-start">
        <div>
          每张数据表一个 CSV 文件（Excel、WPS 可直接打开），另附全部上传的文件和一份核对清单。
          可以用它离线留存，也可以导入到另一套安邻。登录密码和短信、微信等渠道的密钥不会导出。
        </div>
        <Checkbox
          checked={includesIdCards}
          disabled={!mayReveal}
          onChange={(event) => setIncludesIdCards(event.target.checked)}
        >
          包含住户的完整证件号码
          {mayReveal ? '（压缩包本身不加密，请妥善保管）' : '（需要“查看完整电话和证件号”的权限）'}
        </Checkbox>
        {start.error ? <Alert type="error" showIcon title={errorText(start.error)} /> : null}
        <Button type="primary" loading={start.isPending} disabled={isRunning} onClick={() => start.mutate()}>
          {isRunning ? '正在导出…' : '开始导出'}
        </Button>
      </Flex>
    </Card>
  );
}
