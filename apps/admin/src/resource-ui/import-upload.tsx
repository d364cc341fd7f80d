import { type ImportKindName, type ImportState, importKinds, imports } from '@anlin/contract';
import { DownloadOutlined, InboxOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Progress, Select, Table, Upload } from 'antd';
import { useState } from 'react';
import { call, errorText, uploadFile } from '../api/api.ts';
import { useSession } from '../session/session-context.ts';
import { useAddress } from '../shell/address.ts';
import { useCommunity } from '../shell/community.ts';
import { stateText } from './import-state.ts';
import styles from './import-wizard.module.css';
import { instantText } from './text-of.ts';
import { useRecentImports } from './use-import.ts';

/** Chooses the community and the file; hands on the id of the import once the file could be read. */
export function ImportUpload({ kind, onOpened }: { kind: ImportKindName; onOpened: (id: string) => void }) {
  const { isCommunityScoped, label } = importKinds[kind];
  const { communities } = useSession();
  const community = useCommunity();
  const [share, setShare] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const isReady = !isCommunityScoped || community.id !== undefined;

  const open = async (file: File) => {
    setProblem(undefined);
    setShare(0);
    try {
      const uploaded = await uploadFile(file, setShare);
      const communityId = isCommunityScoped ? (community.id ?? null) : null;
      onOpened((await call(imports[kind].create, { body: { fileId: uploaded.id, communityId } })).id);
    } catch (error) {
      setProblem(errorText(error));
    }
    setShare(undefined);
  };

  return (
    <>
      <div className={styles.bar}>
        {isCommunityScoped ? (
          <Form.Item label="导入到小区" required className={styles.community ?? ''}>
            <Select
              aria-label="导入到小区"
              placeholder="请选择小区"
              value={community.id ?? null}
              onChange={(id: string) => community.choose(id)}
              options={communities.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Form.Item>
        ) : (
          <span />
        )}
        <Button icon={<DownloadOutlined />} href={imports[kind].template.path} download>
          下载{label}导入模板
        </Button>
      </div>
      {problem === undefined ? null : <Alert type="error" showIcon title="这个文件没有打开" description={problem} />}
      <Upload.Dragger
        accept=".xlsx,.xls,.csv"
        multiple={false}
        showUploadList={false}
        disabled={!isReady || share !== undefined}
        beforeUpload={(file) => {
          void open(file);
          return false;
        }}
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined />
        </p>
        <p className="ant-upload-text">{isReady ? '把文件拖到这里，或点击选择文件' : '请先在上面选择小区'}</p>
        <p className="ant-upload-hint">
          支持 .xlsx、.xls、.csv，最大 100 MB。不必改成模板的样子：表头不同时，下一步可以逐列对应
        </p>
      </Upload.Dragger>
      {share === undefined ? null : (
        <Progress percent={Math.round(share * 100)} status="active" format={progressText} aria-label="上传进度" />
      )}
      <RecentImports kind={kind} onOpened={onOpened} />
    </>
  );
}

function progressText(percent = 0): string {
  return percent >= 100 ? '正在识别…' : `${percent}%`;
}

function RecentImports({ kind, onOpened }: { kind: ImportKindName; onOpened: (id: string) => void }) {
  const { data: rows = [] } = useRecentImports(kind);
  const { search, go } = useAddress();
  if (rows.length === 0 || search.import !== undefined) return null;
  return (
    <section className={styles.recent}>
      <div className={styles.bar}>
        <h2 className={styles.subtitle}>我最近的导入</h2>
        <Button type="link" onClick={() => go('/system/imports', { kind })}>
          全部导入记录
        </Button>
      </div>
      <Table
        size="small"
        rowKey="id"
        pagination={false}
        dataSource={rows}
        columns={[
          { title: '时间', dataIndex: 'createdAt', width: 170, render: (text: string) => instantText(text) },
          { title: '文件', dataIndex: 'fileName', ellipsis: true },
          { title: '小区', dataIndex: 'communityName', width: 160, ellipsis: true },
          { title: '状态', dataIndex: 'state', width: 140, render: (state: ImportState) => stateText[state] },
          {
            title: '新增',
            width: 90,
            align: 'end',
            render: (_, { counts, state }) =>
              state === 'done' || state === 'undone' ? counts.added.toLocaleString('zh-CN') : '',
          },
          {
            title: '未导入',
            width: 90,
            align: 'end',
            render: (_, { counts, state }) =>
              state === 'done' ? (counts.bad + counts.failed).toLocaleString('zh-CN') : '',
          },
          {
            title: '操作',
            width: 90,
            render: (_, { id }) => (
              <Button type="link" size="small" onClick={() => onOpened(id)}>
                打开
              </Button>
            ),
          },
        ]}
      />
    </section>
  );
}
