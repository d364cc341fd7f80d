import { type DuplicatePolicy, type ImportKindName, type ImportView, importKinds } from '@anlin/contract';
import { Alert, Button, Input, Radio, Select, Space, Table } from 'antd';
import { useMemo, useState } from 'react';
import { ImportFigures } from './import-figures.tsx';
import styles from './import-wizard.module.css';
import { useImportSteps } from './use-import.ts';

interface ImportPreviewProps {
  kind: ImportKindName;
  view: ImportView;
  onLeave: () => void;
  onMap: () => void;
}

/** What the check found, before anything is written: figures, every problem with its place, and what to do with what is there. */
export function ImportPreview({ kind, view, onLeave, onMap }: ImportPreviewProps) {
  const { label } = importKinds[kind];
  const { counts } = view;
  const { run } = useImportSteps(kind, view.id);
  const [policy, setPolicy] = useState<DuplicatePolicy>(view.duplicatePolicy);
  return (
    <>
      {view.notices.map((notice) => (
        <Alert key={notice} type="warning" showIcon title={notice} />
      ))}
      <ImportFigures
        figures={[
          { title: '文件共', value: counts.rows, suffix: '行' },
          { title: '可以导入', value: counts.good, suffix: '行', tone: 'good' },
          { title: '有问题，不导入', value: counts.bad, suffix: '行', tone: counts.bad > 0 ? 'bad' : undefined },
          { title: `可导入的行中，${label}已存在`, value: counts.existing, suffix: '行' },
        ]}
      />
      {counts.problems > 0 ? <Problems view={view} /> : <Alert type="success" showIcon title="每一行都没有问题" />}
      <div className={styles.decision}>
        {counts.existing > 0 ? (
          <Radio.Group value={policy} onChange={(event) => setPolicy(event.target.value as DuplicatePolicy)}>
            <Radio value="skip">已存在的跳过，不改动</Radio>
            <Radio value="replace">
              已存在的用文件内容覆盖（空白单元格不改动原值，标签{kind === 'house' ? '和业主' : ''}只增不减）
            </Radio>
          </Radio.Group>
        ) : null}
        <Space>
          <Button
            type="primary"
            disabled={counts.good === 0}
            loading={run.isPending}
            onClick={() => run.mutate(policy)}
          >
            导入没有问题的 {counts.good.toLocaleString('zh-CN')} 行
          </Button>
          <Button onClick={onMap}>返回对应列</Button>
          <Button onClick={onLeave}>换一个文件</Button>
        </Space>
      </div>
    </>
  );
}

function Problems({ view }: { view: ImportView }) {
  const { problems, counts } = view;
  const [column, setColumn] = useState<string>();
  const [text, setText] = useState('');
  const columns = useMemo(() => [...new Set(problems.map((one) => one.column))], [problems]);
  const shown = problems.filter(
    (one) =>
      (column === undefined || one.column === column) &&
      (text === '' || `${one.row} ${one.value} ${one.message}`.includes(text)),
  );
  return (
    <section className={styles.problems}>
      <div className={styles.bar}>
        <h2 className={styles.subtitle}>
          {counts.problems > problems.length
            ? `共 ${counts.problems.toLocaleString('zh-CN')} 处问题，下面是前 ${problems.length} 处；全部在导入后的“失败的行”文件里`
            : `共 ${counts.problems.toLocaleString('zh-CN')} 处问题`}
        </h2>
        <Space>
          <Select
            aria-label="按列筛选"
            allowClear
            placeholder="全部列"
            className={styles.filter ?? ''}
            value={column ?? null}
            onChange={(value: string | undefined) => setColumn(value ?? undefined)}
            options={columns.map((one) => ({ value: one, label: one }))}
          />
          <Input
            aria-label="搜索问题"
            allowClear
            placeholder="行号、内容或原因"
            className={styles.filter ?? ''}
            value={text}
            onChange={(event) => setText(event.target.value.trim())}
          />
        </Space>
      </div>
      <Table
        size="small"
        rowKey={(one) => `${one.row} ${one.column} ${one.message}`}
        dataSource={shown}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ y: 'max(260px, calc(100vh - 540px))' }}
        columns={[
          { title: 'Excel 行号', dataIndex: 'row', width: 100, align: 'end' },
          { title: '列', dataIndex: 'column', width: 140, ellipsis: true },
          {
            title: '内容',
            dataIndex: 'value',
            width: 220,
            ellipsis: true,
            render: (value: string) => value || '（空）',
          },
          { title: '问题和改法', dataIndex: 'message' },
        ]}
      />
    </section>
  );
}
