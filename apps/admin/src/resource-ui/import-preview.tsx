import { type DuplicatePolicy, type ImportKindName, type ImportView, importKinds } from '@anlin/contract';
import { Alert, Button, Input, Radio, Select, Space, Table } from 'antd';
import { useMemo, useState } from 'react';
import { ImportFigures } from './import-figures.tsx';
import { chosenRanges, ImportGoodRows } from './import-good-rows.tsx';
import { policyChoices } from './import-state.ts';
import styles from './import-wizard.module.css';
import { useImportSteps } from './use-import.ts';

interface ImportPreviewProps {
  kind: ImportKindName;
  view: ImportView;
  onLeave: () => void;
  onMap: () => void;
}

const mostNoticesApart = 3;

/** What a person should look at though it can be imported; many stand together so that figures and problems stay in sight. */
function Notices({ notices }: { notices: readonly string[] }) {
  if (notices.length <= mostNoticesApart)
    return notices.map((notice) => <Alert key={notice} type="warning" showIcon title={notice} />);
  return (
    <Alert
      type="warning"
      showIcon
      title={`有 ${notices.length} 处可以导入，但请核对`}
      description={
        <div className={styles.notices}>
          {notices.map((notice) => (
            <div key={notice}>{notice}</div>
          ))}
        </div>
      }
    />
  );
}

/** What the check found, before anything is written: figures, every problem with its place, and what to do with what is there. */
export function ImportPreview({ kind, view, onLeave, onMap }: ImportPreviewProps) {
  const { label } = importKinds[kind];
  const { counts } = view;
  const { run } = useImportSteps(kind, view.id);
  const [policy, setPolicy] = useState<DuplicatePolicy>(view.duplicatePolicy);
  const [isChoosing, setChoosing] = useState(false);
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const [text, setText] = useState('');
  const chosen = chosenRanges(ticked, text);
  return (
    <>
      <Notices notices={view.notices} />
      <ImportFigures
        figures={[
          { title: '文件共', value: counts.rows, suffix: '行' },
          { title: '可以导入', value: counts.good, suffix: '行', tone: 'good' },
          { title: '有问题，不导入', value: counts.bad, suffix: '行', tone: counts.bad > 0 ? 'bad' : undefined },
          { title: `可导入的行中，${label}已存在`, value: counts.existing, suffix: '行' },
        ]}
      />
      {counts.problems > 0 && !isChoosing ? <Problems view={view} /> : null}
      {counts.problems === 0 && !isChoosing ? <Alert type="success" showIcon title="每一行都没有问题" /> : null}
      <div className={styles.decision}>
        {counts.existing > 0 ? <PolicyChoice kind={kind} policy={policy} onChange={setPolicy} /> : null}
        {counts.good > 0 ? (
          <Radio.Group
            aria-label="导入哪些行"
            value={isChoosing}
            onChange={(event) => setChoosing(event.target.value as boolean)}
          >
            <Radio value={false}>全部没有问题的 {counts.good.toLocaleString('zh-CN')} 行</Radio>
            <Radio value={true}>选择一部分行</Radio>
          </Radio.Group>
        ) : null}
        {isChoosing ? (
          <ImportGoodRows kind={kind} view={view} ticked={ticked} onTick={setTicked} text={text} onText={setText} />
        ) : null}
        <Space>
          <Button
            type="primary"
            disabled={counts.good === 0 || (isChoosing && (chosen === null || chosen.length === 0))}
            loading={run.isPending}
            onClick={() => run.mutate({ policy, rows: isChoosing ? chosen : null })}
          >
            {isChoosing ? '导入所选的行' : `导入没有问题的 ${counts.good.toLocaleString('zh-CN')} 行`}
          </Button>
          <Button onClick={onMap}>返回对应列</Button>
          <Button onClick={onLeave}>换一个文件</Button>
        </Space>
      </div>
    </>
  );
}

interface PolicyChoiceProps {
  kind: ImportKindName;
  policy: DuplicatePolicy;
  onChange: (policy: DuplicatePolicy) => void;
}

/** What becomes of rows that are already there. Empty cells change nothing under any policy. */
function PolicyChoice({ kind, policy, onChange }: PolicyChoiceProps) {
  return (
    <fieldset className={styles.policies}>
      <legend>
        已存在的{importKinds[kind].label}怎么处理<span className="muted">（空白的单元格一律不改动原值）</span>
      </legend>
      <Radio.Group
        className={styles.policyList ?? ''}
        value={policy}
        onChange={(event) => onChange(event.target.value as DuplicatePolicy)}
      >
        {policyChoices(importKinds[kind].relations).map(({ value, title, text }) => (
          <Radio key={value} value={value}>
            {title}
            <span className="muted">　{text}</span>
          </Radio>
        ))}
      </Radio.Group>
    </fieldset>
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
        scroll={{ y: 'max(260px, calc(100vh - 620px))' }}
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
