import { type ImportKindName, type ImportMappingView, type ImportView, importKinds } from '@anlin/contract';
import { App, Button, Checkbox, Form, Input, Modal, Popconfirm, Select, Space, Table } from 'antd';
import { useState } from 'react';
import styles from './import-wizard.module.css';
import { instantText } from './text-of.ts';
import { useMappingSteps, useMappings } from './use-import.ts';

interface ImportMappingsProps {
  kind: ImportKindName;
  view: ImportView;
}

/** Saved mappings beside the columns: choose one, keep the present one under a name, look after those there are. */
export function ImportMappings({ kind, view }: ImportMappingsProps) {
  const { data: mappings = [] } = useMappings(kind);
  const { apply } = useMappingSteps(kind, view.id);
  const [opened, setOpened] = useState<'save' | 'manage'>();
  const applied = mappings.find((one) => one.name === view.mappingName);
  const isAnyMatched = view.columns.some((column) => column.heading !== null);
  return (
    <div className={styles.bar}>
      <Space>
        <span>按保存的对应关系</span>
        <Select
          aria-label="按保存的对应关系"
          className={styles.mapping ?? ''}
          placeholder={mappings.length === 0 ? '还没有保存过' : '选择一个'}
          disabled={mappings.length === 0}
          loading={apply.isPending}
          showSearch={{ optionFilterProp: 'label' }}
          value={applied?.id ?? null}
          onChange={(mappingId: string) => apply.mutate(mappingId)}
          options={mappings.map(({ id, name }) => ({ value: id, label: name }))}
        />
        {mappings.length > 0 ? (
          <Button type="link" onClick={() => setOpened('manage')}>
            管理
          </Button>
        ) : null}
      </Space>
      <Button disabled={!isAnyMatched} onClick={() => setOpened('save')}>
        保存对应关系为…
      </Button>
      {opened === 'save' ? (
        <SaveMapping kind={kind} view={view} mappings={mappings} onClose={() => setOpened(undefined)} />
      ) : null}
      {opened === 'manage' ? (
        <ManageMappings kind={kind} view={view} mappings={mappings} onClose={() => setOpened(undefined)} />
      ) : null}
    </div>
  );
}

interface DialogProps extends ImportMappingsProps {
  mappings: readonly ImportMappingView[];
  onClose: () => void;
}

function SaveMapping({ kind, view, mappings, onClose }: DialogProps) {
  const { message } = App.useApp();
  const { save } = useMappingSteps(kind, view.id);
  const [name, setName] = useState(view.mappingName ?? '');
  const [isReplacing, setReplacing] = useState(false);
  const isTaken = mappings.some((one) => one.name === name.trim());
  const keep = () =>
    save.mutate(
      { name: name.trim(), isReplacing: isTaken && isReplacing },
      {
        onSuccess: () => {
          void message.success('对应关系已保存');
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      title="保存对应关系"
      okText="保存"
      cancelText="取消"
      confirmLoading={save.isPending}
      okButtonProps={{ disabled: name.trim() === '' || (isTaken && !isReplacing) }}
      onOk={keep}
      onCancel={onClose}
    >
      <Form layout="vertical" className={styles.dialog ?? ''}>
        <Form.Item
          label="名称"
          help={`下次导入${importKinds[kind].label}时，文件里有这些表头就会自动按它对应。全公司可用。`}
        >
          <Input
            aria-label="名称"
            autoFocus
            maxLength={30}
            placeholder="如：微小区、新视窗、海纳"
            value={name}
            onChange={(event) => setName(event.target.value)}
            onPressEnter={() => {
              if (name.trim() !== '' && (!isTaken || isReplacing)) keep();
            }}
          />
        </Form.Item>
        {isTaken ? (
          <Checkbox checked={isReplacing} onChange={(event) => setReplacing(event.target.checked)}>
            已有同名的对应关系，替换它
          </Checkbox>
        ) : null}
      </Form>
    </Modal>
  );
}

function ManageMappings({ kind, view, mappings, onClose }: DialogProps) {
  const { edit, remove } = useMappingSteps(kind, view.id);
  const [renamed, setRenamed] = useState<{ id: string; name: string }>();
  const columnsOf = (mapping: ImportMappingView) => (
    <Table
      size="small"
      rowKey="key"
      pagination={false}
      dataSource={mapping.columns}
      columns={[
        { title: '文件中的表头', dataIndex: 'heading', ellipsis: true },
        { title: '对应到', dataIndex: 'title', ellipsis: true },
        {
          title: '操作',
          width: 90,
          render: (_, { key }) => (
            <Button
              type="link"
              size="small"
              disabled={mapping.columns.length < 2}
              onClick={() =>
                edit.mutate({
                  id: mapping.id,
                  version: mapping.version,
                  headings: Object.fromEntries(
                    mapping.columns.filter((one) => one.key !== key).map((one) => [one.key, one.heading]),
                  ),
                })
              }
            >
              移除
            </Button>
          ),
        },
      ]}
    />
  );
  return (
    <Modal
      open
      width={760}
      title={`保存的${importKinds[kind].label}对应关系`}
      footer={<Button onClick={onClose}>关闭</Button>}
      onCancel={onClose}
    >
      <Table
        size="small"
        rowKey="id"
        pagination={false}
        dataSource={mappings}
        scroll={{ y: 420 }}
        expandable={{ expandedRowRender: columnsOf }}
        columns={[
          {
            title: '名称',
            dataIndex: 'name',
            render: (name: string, { id, version }) =>
              renamed?.id === id ? (
                <Input
                  aria-label="新名称"
                  autoFocus
                  maxLength={30}
                  value={renamed.name}
                  onChange={(event) => setRenamed({ id, name: event.target.value })}
                  onBlur={() => setRenamed(undefined)}
                  onPressEnter={() => {
                    if (renamed.name.trim() !== '') edit.mutate({ id, version, name: renamed.name.trim() });
                    setRenamed(undefined);
                  }}
                />
              ) : (
                name
              ),
          },
          { title: '列数', width: 70, align: 'end', render: (_, { columns }) => columns.length },
          { title: '保存人', dataIndex: 'createdByName', width: 110, ellipsis: true },
          { title: '修改时间', dataIndex: 'updatedAt', width: 160, render: (text: string) => instantText(text) },
          {
            title: '操作',
            width: 130,
            render: (_, { id, name }) => (
              <Space size={0}>
                <Button type="link" size="small" onClick={() => setRenamed({ id, name })}>
                  改名
                </Button>
                <Popconfirm
                  title={`删除“${name}”？`}
                  description="已经导入的数据不受影响。"
                  okText="删除"
                  cancelText="取消"
                  onConfirm={() => remove.mutate(id)}
                >
                  <Button type="link" size="small" danger>
                    删除
                  </Button>
                </Popconfirm>
              </Space>
            ),
          },
        ]}
      />
    </Modal>
  );
}
