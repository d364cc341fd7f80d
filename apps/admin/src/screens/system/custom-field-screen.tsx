import {
  type CustomFieldView,
  customFieldKinds,
  customFieldResources,
  customFieldUsage,
  listCustomFields,
  removeCustomField,
  restoreCustomField,
} from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Segmented, Skeleton, Space, Table, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { PageFrame } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';

const CustomFieldDrawer = lazy(() => import('./custom-field-drawer.tsx'));

/** Fields a company adds to its own lists (PLT-8), one list at a time; the address says which. */
export default function CustomFieldScreen() {
  const { search, change } = useAddress();
  const { data: resources, error } = useQuery({
    queryKey: ['customField', 'resources'],
    queryFn: async ({ signal }) => (await call(customFieldResources, { signal })).rows,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const chosen = resources?.find(({ resource }) => resource === search.resource) ?? resources?.[0];
  const [editing, setEditing] = useState<CustomFieldView | 'new'>();
  return (
    <PageFrame
      help="给房屋、车位、车辆等列表增加本公司自己要记的内容。保存后马上出现在列表、表单、筛选、导入和导出里。"
      extra={
        <Button type="primary" icon={<PlusOutlined />} disabled={!chosen} onClick={() => setEditing('new')}>
          新增字段
        </Button>
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {chosen && resources ? (
        <Space orientation="vertical" size={16} style={{ width: '100%' }}>
          <Segmented
            aria-label="列表"
            value={chosen.resource}
            options={resources.map(({ resource, label }) => ({ value: resource, label }))}
            onChange={(resource) => change({ resource })}
          />
          <FieldTable key={chosen.resource} {...chosen} onEdit={setEditing} />
        </Space>
      ) : (
        <Skeleton active />
      )}
      <Suspense>
        {editing !== undefined && chosen ? (
          <CustomFieldDrawer
            resource={chosen.resource}
            label={chosen.label}
            field={editing === 'new' ? undefined : editing}
            onClose={() => setEditing(undefined)}
          />
        ) : null}
      </Suspense>
    </PageFrame>
  );
}

interface FieldTableProps {
  resource: string;
  label: string;
  onEdit: (field: CustomFieldView) => void;
}

function FieldTable({ resource, label, onEdit }: FieldTableProps) {
  const { data: fields, error } = useQuery({
    queryKey: ['customField', resource],
    queryFn: async ({ signal }) => (await call(listCustomFields, { query: { resource }, signal })).rows,
  });
  const { remove, restore } = useFieldActions(resource, label);
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  const none = `${label}还没有自定义字段。点右上角“新增字段”，例如“装修押金”“网签编号”`;
  return (
    <Table<CustomFieldView>
      size="small"
      rowKey="id"
      loading={fields === undefined}
      pagination={false}
      dataSource={fields ?? []}
      scroll={{ x: 900 }}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={none} /> }}
      columns={[
        {
          title: '名称',
          key: 'label',
          width: 200,
          render: (_, field) => (
            <>
              {field.label} {field.isArchived ? <Tag>已停用</Tag> : null}
            </>
          ),
        },
        { title: '类型', key: 'kind', width: 90, render: (_, { kind }) => customFieldKinds[kind] },
        {
          title: '选项与设置',
          key: 'settings',
          ellipsis: true,
          render: (_, field) => <span className="muted">{settingsText(field) || '—'}</span>,
        },
        { title: '必填', key: 'isRequired', width: 70, render: (_, { isRequired }) => (isRequired ? '是' : '否') },
        { title: '列表显示', key: 'isListed', width: 90, render: (_, { isListed }) => (isListed ? '是' : '否') },
        { title: '排序', dataIndex: 'sortOrder', width: 70, align: 'end', className: 'figures' },
        {
          title: '操作',
          key: 'actions',
          width: 130,
          fixed: 'end',
          render: (_, field) =>
            field.isArchived ? (
              <Button type="link" size="small" onClick={() => restore.mutate(field)}>
                恢复
              </Button>
            ) : (
              <Space size={0}>
                <Button type="link" size="small" onClick={() => onEdit(field)}>
                  修改
                </Button>
                <Button type="link" size="small" danger onClick={() => void remove(field)}>
                  删除
                </Button>
              </Space>
            ),
        },
      ]}
    />
  );
}

function settingsText({ kind, options, scale, isTotalled, help }: CustomFieldView): string {
  const own =
    kind === 'decimal'
      ? `${scale} 位小数${isTotalled ? '，列表合计' : ''}`
      : options.map((option) => option.label).join('、');
  return [own, help].filter(Boolean).join('。');
}

/** Taking away asks first, and says how many rows have the field; bringing back does not. */
function useFieldActions(resource: string, label: string) {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ['customField', resource] });
    await queries.invalidateQueries({ queryKey: [resource] });
  };
  const restore = useMutation({
    mutationFn: (field: CustomFieldView) => call(restoreCustomField, { params: { id: field.id } }),
    onSuccess: async (_, field) => {
      message.success(`“${field.label}”已恢复`);
      await refresh();
    },
    onError: (error) => void message.error(errorText(error), 6),
  });
  const remove = async (field: CustomFieldView) => {
    const params = { id: field.id };
    try {
      const { rows } = await call(customFieldUsage, { params });
      modal.confirm({
        title: rows === 0 ? `删除字段“${field.label}”？` : `停用字段“${field.label}”？`,
        content:
          rows === 0
            ? `没有${label}填过这个字段，删除后不能恢复。`
            : `有 ${rows.toLocaleString('zh-CN')} 条${label}填过这个字段。停用后不再显示，已填的内容保留，以后可以恢复。`,
        okText: rows === 0 ? '删除' : '停用',
        okButtonProps: { danger: true },
        onOk: async () => {
          const { isArchived } = await call(removeCustomField, { params });
          message.success(isArchived ? `“${field.label}”已停用` : `“${field.label}”已删除`);
          await refresh();
        },
      });
    } catch (error) {
      message.error(errorText(error), 6);
    }
  };
  return { remove, restore };
}
