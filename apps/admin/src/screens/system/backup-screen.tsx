import {
  type BackupArchive,
  type BackupRun,
  type BackupsView,
  startBackup,
  verifyBackup,
  viewBackups,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Alert,
  App,
  Button,
  Card,
  Descriptions,
  Empty,
  Flex,
  Progress,
  Skeleton,
  Table,
  type TableColumnType,
  Tag,
} from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/text-of.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { BackupSettingsDrawer } from './backup-settings-drawer.tsx';
import { kindNames, sizeText } from './backup-words.ts';

const backupsKey = ['backups'] as const;
const isUnfinished = ({ state }: BackupRun) => state === 'queued' || state === 'running';

/** PLT-18: what keeps the whole installation safe. Archives stay on the server; the page shows where. */
export default function BackupScreen() {
  const { data, error } = useQuery({
    queryKey: backupsKey,
    queryFn: ({ signal }) => call(viewBackups, { signal }),
    refetchInterval: ({ state }) => (state.data?.runs.some(isUnfinished) ? 1000 : 30_000),
  });
  return (
    <PageFrame help="备份含这套系统里全部公司的数据和文件，存放在服务器上，恢复在服务器上进行。">
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? <Overview view={data} /> : error ? null : <Skeleton active />}
    </PageFrame>
  );
}

function Overview({ view }: { view: BackupsView }) {
  if (!view.isEmbedded)
    return (
      <Alert
        type="info"
        showIcon
        title="数据在您自己的 PostgreSQL 服务器上"
        description="请用该服务器的工具备份（如 pg_dump），并一并复制数据目录里的 files 文件夹。详见使用手册。"
      />
    );
  const current = view.runs.find(isUnfinished);
  return (
    <Flex vertical gap={16}>
      <Warnings view={view} />
      <Plan view={view} isBusy={current !== undefined} />
      {current ? <CurrentRun run={current} /> : null}
      <Archives view={view} isBusy={current !== undefined} />
    </Flex>
  );
}

function Warnings({ view: { settings, disk, runs, continuousProblem } }: { view: BackupsView }) {
  const last = runs.find((run) => !isUnfinished(run));
  return (
    <>
      {disk.isLow ? (
        <Alert
          type="error"
          showIcon
          title={`服务器磁盘只剩 ${sizeText(disk.freeBytes)}（共 ${sizeText(disk.totalBytes)}），满了以后将无法收款和保存，请尽快清理或扩容`}
        />
      ) : null}
      {last?.state === 'failed' ? (
        <Alert
          type="error"
          showIcon
          title={`${instantText(last.createdAt)} 的${kindNames[last.kind]}失败`}
          description={last.error}
        />
      ) : null}
      {continuousProblem === '' ? null : <Alert type="error" showIcon title={continuousProblem} />}
      {settings.isOn ? null : (
        <Alert type="warning" showIcon title="自动备份没有打开。请在“设置”中打开，每晚备份一次" />
      )}
    </>
  );
}

function Plan({ view, isBusy }: { view: BackupsView; isBusy: boolean }) {
  const { settings, folder, disk, recoverable } = view;
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [isEditing, setEditing] = useState(false);
  const start = useMutation({
    mutationFn: () => call(startBackup),
    onSuccess: () => message.success('已开始备份，期间照常使用'),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: backupsKey }),
  });
  const plan = settings.isOn
    ? `每天 ${settings.atTime}，保留最近 ${settings.keepDaily} 天${settings.keepWeekly > 0 ? `、${settings.keepWeekly} 周` : ''}的`
    : '没有打开';
  return (
    <Card
      title="自动备份"
      extra={
        <Flex gap={8}>
          <Button onClick={() => setEditing(true)}>设置</Button>
          <Button type="primary" loading={start.isPending} disabled={isBusy} onClick={() => start.mutate()}>
            立即备份
          </Button>
        </Flex>
      }
    >
      <Descriptions
        column={2}
        size="small"
        items={[
          { key: 'plan', label: '时间', children: plan },
          {
            key: 'disk',
            label: '磁盘剩余',
            children: `${sizeText(disk.freeBytes)} / ${sizeText(disk.totalBytes)}`,
          },
          { key: 'folder', label: '服务器上的文件夹', children: <code>{folder}</code> },
          { key: 'moment', label: '恢复到任意时刻', children: recoveryText(settings.isContinuous, recoverable) },
        ]}
      />
      {isEditing ? (
        <BackupSettingsDrawer
          settings={settings}
          defaultFolder={settings.folder === '' ? folder : ''}
          onClose={() => setEditing(false)}
          onSaved={() => queries.invalidateQueries({ queryKey: backupsKey })}
        />
      ) : null}
    </Card>
  );
}

function recoveryText(isContinuous: boolean, span: BackupsView['recoverable']): string {
  if (!isContinuous) return '没有打开';
  return span ? `${instantText(span.from)} 至 ${instantText(span.to)}` : '下一次备份完成后开始';
}

function CurrentRun({ run }: { run: BackupRun }) {
  const percent = run.totalBytes ? Math.min(99, Math.floor((run.doneBytes / run.totalBytes) * 100)) : 0;
  return (
    <Card size="small">
      <Flex align="center" gap={16}>
        <span style={{ whiteSpace: 'nowrap' }}>
          {run.state === 'queued'
            ? `${kindNames[run.kind]}等待开始`
            : `正在${run.kind === 'verification' ? '校验' : '备份并校验'}`}
        </span>
        <Progress percent={percent} aria-label="备份进度" style={{ marginBottom: 0 }} />
      </Flex>
    </Card>
  );
}

function Archives({ view, isBusy }: { view: BackupsView; isBusy: boolean }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const verify = useMutation({
    mutationFn: (name: string) => call(verifyBackup, { body: { name } }),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: backupsKey }),
  });
  return (
    <Card title="已有的备份" styles={{ body: { padding: 0 } }}>
      <Table<BackupArchive>
        rowKey="name"
        size="small"
        pagination={view.archives.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
        columns={columns(isBusy, (name) => verify.mutate(name))}
        dataSource={view.archives}
        locale={{ emptyText: <Empty description="还没有备份。点“立即备份”做第一份" /> }}
      />
    </Card>
  );
}

const columns = (isBusy: boolean, onVerify: (name: string) => void): TableColumnType<BackupArchive>[] => [
  { title: '时间', width: 140, render: (_, row) => instantText(row.createdAt) },
  { title: '方式', width: 60, render: (_, row) => kindNames[row.kind] },
  { title: '文件', render: (_, row) => <code style={{ wordBreak: 'break-all' }}>{row.name}</code> },
  { title: '大小', width: 80, align: 'right', render: (_, row) => sizeText(row.sizeBytes) },
  { title: '内容', width: 200, render: (_, row) => contentsText(row.contents) },
  { title: '状态', width: 180, render: (_, row) => <ArchiveState archive={row} /> },
  {
    title: '操作',
    width: 70,
    render: (_, row) => (
      <Button size="small" disabled={isBusy} onClick={() => onVerify(row.name)}>
        校验
      </Button>
    ),
  },
];

function contentsText(contents: BackupArchive['contents']): string {
  if (!contents) return '未知，校验后显示';
  const { databaseBytes, uploadCount, uploadBytes } = contents;
  return `数据库 ${sizeText(databaseBytes)}，文件 ${uploadCount} 个${uploadCount === 0 ? '' : ` ${sizeText(uploadBytes)}`}`;
}

function ArchiveState({ archive: { problem, verifiedAt } }: { archive: BackupArchive }) {
  if (problem !== '')
    return (
      <Tag color="red" variant="filled" title={problem}>
        已损坏
      </Tag>
    );
  if (verifiedAt === null) return <Tag variant="filled">没有校验过</Tag>;
  return (
    <>
      <Tag color="green" variant="filled">
        完好
      </Tag>
      <span className="muted">{instantText(verifiedAt)}</span>
    </>
  );
}
