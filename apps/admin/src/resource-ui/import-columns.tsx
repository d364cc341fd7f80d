import type { ImportKindName, ImportView } from '@anlin/contract';
import { Alert, Button, Select, Space, Table, Tag } from 'antd';
import { ImportMappings } from './import-mappings.tsx';
import styles from './import-wizard.module.css';
import { useImportSteps } from './use-import.ts';

interface ImportColumnsProps {
  kind: ImportKindName;
  view: ImportView;
  onLeave: () => void;
  onChecked: () => void;
}

type Heading = ImportView['headings'][number];

/** Which heading of the file is which column: recognised ones are filled in, the rest a person chooses or leaves out. */
export function ImportColumns({ kind, view, onLeave, onChecked }: ImportColumnsProps) {
  const { mapColumns, check } = useImportSteps(kind, view.id);
  const columnOf = (heading: Heading) => view.columns.find((column) => column.heading === heading.index);
  const choose = (heading: Heading, key: string | undefined) => {
    const before = columnOf(heading);
    mapColumns.mutate({ ...(before ? { [before.key]: null } : {}), ...(key ? { [key]: heading.index } : {}) });
  };
  const unmatched = view.headings.filter((heading) => !columnOf(heading)).length;
  return (
    <>
      {view.error === null ? null : <Alert type="error" showIcon title="上次检查没有完成" description={view.error} />}
      {view.missing.length > 0 ? (
        <Alert
          type="error"
          showIcon
          title={`必填的列还没有对应：${view.missing.join('、')}`}
          description="请在下表“对应到”一栏，为它们选择文件中的列。"
        />
      ) : (
        <Alert
          type={unmatched > 0 ? 'info' : 'success'}
          showIcon
          title={
            unmatched > 0
              ? `已识别 ${view.headings.length - unmatched} 列，${unmatched} 列没有识别。没有对应的列不会导入`
              : `全部 ${view.headings.length} 列都已识别`
          }
        />
      )}
      {view.mappingName === null ? null : (
        <Alert type="success" showIcon title={`已按保存的对应关系“${view.mappingName}”识别，请核对`} />
      )}
      <ImportMappings kind={kind} view={view} />
      <Table
        size="small"
        rowKey="index"
        pagination={false}
        dataSource={view.headings}
        scroll={{ y: 'max(280px, calc(100vh - 450px))' }}
        columns={[
          { title: '文件中的列', dataIndex: 'title', width: 200, ellipsis: true },
          {
            title: '前几行的内容',
            dataIndex: 'samples',
            ellipsis: true,
            render: (samples: string[]) => <span className={styles.samples}>{samples.join('　') || '（空）'}</span>,
          },
          {
            title: '对应到',
            width: 260,
            render: (_, heading) => (
              <Select
                aria-label={`“${heading.title}”对应到`}
                className={styles.choice ?? ''}
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                placeholder="不导入"
                value={columnOf(heading)?.key ?? null}
                onChange={(key: string | undefined) => choose(heading, key)}
                options={view.columns.map((column) => ({
                  value: column.key,
                  label: `${column.title}${column.isRequired ? '（必填）' : ''}`,
                  title: column.hint,
                }))}
              />
            ),
          },
          {
            title: '说明',
            width: 320,
            ellipsis: true,
            render: (_, heading) => {
              const column = columnOf(heading);
              return column ? <span className="muted">{column.hint}</span> : <Tag>不导入</Tag>;
            },
          },
        ]}
      />
      <Space>
        <Button
          type="primary"
          disabled={view.missing.length > 0 || mapColumns.isPending}
          loading={check.isPending}
          onClick={() => check.mutate(undefined, { onSuccess: onChecked })}
        >
          检查数据
        </Button>
        <Button onClick={onLeave}>换一个文件</Button>
      </Space>
    </>
  );
}
