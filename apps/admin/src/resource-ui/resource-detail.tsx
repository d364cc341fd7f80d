import { flattenRow, type ResourceDefinition, type ResourceRow, resourceEndpoints } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Descriptions, Drawer, Skeleton, Tabs } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { call, errorText } from '../api/api.ts';
import { controlOf } from './field-controls.tsx';
import { type FormSection, sectionsOf } from './form-sections.ts';
import { type ColumnOverrides, factOf } from './resource-columns.tsx';
import { instantText } from './text-of.ts';

/** One more tab in the drawer of a row: bills of a house, its residents, its history. */
export interface DetailTab {
  key: string;
  label: string;
  render: (row: ResourceRow) => ReactNode;
  /** Left out: of every row. */
  isShown?: (row: ResourceRow) => boolean;
}

interface ResourceDetailProps {
  definition: ResourceDefinition;
  id: string;
  overrides: ColumnOverrides;
  tabs: readonly DetailTab[];
  sections?: readonly FormSection[] | undefined;
  /** Buttons in the head of the drawer. */
  actions: (row: ResourceRow) => ReactNode;
  onClose: () => void;
}

/** Everything about one row, at an address of its own (`?id=…`). */
export default function ResourceDetail(props: ResourceDetailProps) {
  const { definition, id, overrides, tabs, sections, actions, onClose } = props;
  const endpoints = useMemo(() => resourceEndpoints(definition), [definition]);
  const { data, error } = useQuery({
    queryKey: [definition.name, 'one', id],
    queryFn: async ({ signal }) => flattenRow((await call(endpoints.get, { params: { id }, signal })) as ResourceRow),
  });
  const title = data ? String(data[definition.titleField] ?? definition.label) : definition.label;
  const facts = data ? <Facts definition={definition} row={data} overrides={overrides} sections={sections} /> : null;
  return (
    <Drawer
      open
      title={title}
      size={720}
      mask={{ enabled: true, blur: false }}
      extra={data ? actions(data) : null}
      onClose={onClose}
      styles={{ body: tabs.length > 0 ? { paddingTop: 4 } : {} }}
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active paragraph={{ rows: 8 }} /> : null}
      {data && tabs.length > 0 ? (
        <Tabs
          items={[
            { key: 'facts', label: '基本信息', children: facts },
            ...tabs
              .filter((tab) => tab.isShown?.(data) ?? true)
              .map((tab) => ({ key: tab.key, label: tab.label, children: tab.render(data) })),
          ]}
        />
      ) : (
        facts
      )}
    </Drawer>
  );
}

interface FactsProps extends Pick<ResourceDetailProps, 'definition' | 'overrides' | 'sections'> {
  row: ResourceRow;
}

function Facts({ definition, row, overrides, sections }: FactsProps) {
  const community = definition.isCommunityScoped
    ? [{ key: 'communityId', label: '小区', span: 'filled' as const, children: row.communityLabel }]
    : [];
  // The title stands above the drawer already.
  const fields = Object.entries(definition.fields).filter(([key]) => !sections || key !== definition.titleField);
  return (
    <>
      {sectionsOf(fields, sections).map((section, index) => (
        <Descriptions
          key={section.title}
          bordered
          size="small"
          column={section.isTight ? 3 : 2}
          {...(section.title === '' ? {} : { title: section.title })}
          items={[
            ...(index === 0 ? community : []),
            ...section.fields.map(([key, field]) => ({
              key,
              label: overrides[key]?.title ?? field.label,
              ...(controlOf(field).isWide ? { span: 'filled' as const } : {}),
              children: (
                <>
                  {factOf(key, field, row, overrides[key])}
                  {field.kind === 'decimal' && field.unit && row[key] !== null ? ` ${field.unit}` : null}
                </>
              ),
            })),
          ]}
          styles={{
            label: { width: section.isTight ? 92 : 130 },
            header: { marginBottom: 6 },
            root: { marginBottom: 14 },
          }}
        />
      ))}
      <p className="muted" style={{ fontSize: 12 }}>
        {instantText(row.createdAt)} 新增 · {instantText(row.updatedAt)} 最近修改
      </p>
    </>
  );
}
