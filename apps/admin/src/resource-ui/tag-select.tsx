import { resourceEndpoints, tagResource } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Select, type SelectProps, Tag } from 'antd';
import { call, errorText } from '../api/api.ts';
import { useCan } from '../session/session-context.ts';

export interface TagView {
  id: string;
  name: string;
  color: string;
}

const { list } = resourceEndpoints(tagResource);

/** One tag in its colour. */
export function TagChip({ tag }: { tag: TagView }) {
  return (
    <Tag color={tag.color} variant="filled">
      {tag.name}
    </Tag>
  );
}

interface TagSelectProps extends Pick<SelectProps, 'id' | 'disabled' | 'placeholder' | 'style' | 'aria-label'> {
  value?: readonly string[];
  onChange?: (ids: string[]) => void;
}

/** Chooses tags (EST-9), each in its colour. A company has dozens of tags, not thousands: all are offered at once. */
export function TagSelect({ value = [], onChange, ...rest }: TagSelectProps) {
  const canSee = useCan()('tag.view');
  const { data, error, isLoading } = useQuery({
    queryKey: [tagResource.name, 'all'],
    enabled: canSee,
    queryFn: async ({ signal }) =>
      (await call(list, { query: { pageSize: 500 }, signal })).rows as unknown as TagView[],
  });
  const tags = new Map(data?.map((tag) => [tag.id, tag]));
  return (
    <Select
      {...rest}
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      loading={isLoading}
      value={[...value]}
      onChange={(ids: string[]) => onChange?.(ids)}
      options={[...tags.values()].map(({ id, name }) => ({ value: id, label: name }))}
      showSearch={{ optionFilterProp: 'label' }}
      optionRender={({ value: id, label }) => <TagOption tag={tags.get(String(id))} label={label} />}
      tagRender={({ value: id, label, closable, onClose }) => (
        <Tag color={tags.get(String(id))?.color ?? 'default'} variant="filled" closable={closable} onClose={onClose}>
          {label}
        </Tag>
      )}
      notFoundContent={emptyText(canSee, error)}
    />
  );
}

function emptyText(canSee: boolean, error: unknown): string {
  if (!canSee) return '您没有查看数据标签的权限';
  return error ? errorText(error) : '没有这个标签，可在“数据标签”里新增';
}

function TagOption({ tag, label }: { tag: TagView | undefined; label: React.ReactNode }) {
  return tag ? <TagChip tag={tag} /> : label;
}
