import { optionsEndpoint } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select, type SelectProps } from 'antd';
import { useDeferredValue, useState } from 'react';
import { call, errorText } from '../api/api.ts';

interface ReferenceSelectProps extends Pick<SelectProps, 'id' | 'disabled' | 'placeholder' | 'style' | 'aria-label'> {
  /** Name of the resource: `building`. */
  to: string;
  value?: string | null;
  onChange?: (id: string | null) => void;
  /** Offers only what belongs to this community. */
  communityId?: string | undefined;
}

/** Chooses one row of another resource by typing part of its name; the server searches. */
export function ReferenceSelect({ to, value, onChange, communityId, ...rest }: ReferenceSelectProps) {
  const search = useReferenceOptions(to, value ? [value] : [], communityId);
  return (
    <Select
      {...rest}
      {...search}
      allowClear
      value={value ?? null}
      onChange={(id: string | null | undefined) => onChange?.(id ?? null)}
    />
  );
}

interface ReferencesSelectProps extends Omit<ReferenceSelectProps, 'value' | 'onChange'> {
  value?: readonly string[];
  onChange?: (ids: string[]) => void;
  /** All that are chosen are to be seen at once. */
  isWhole?: boolean;
}

/** Chooses several rows of another resource. */
export function ReferencesSelect({ to, value = [], onChange, communityId, isWhole, ...rest }: ReferencesSelectProps) {
  const search = useReferenceOptions(to, value, communityId);
  return (
    <Select
      {...rest}
      {...search}
      allowClear
      mode="multiple"
      {...(isWhole ? {} : { maxTagCount: 'responsive' as const })}
      value={[...value]}
      onChange={(ids: string[]) => onChange?.(ids)}
    />
  );
}

/** Options that match what is typed, and always those already chosen, so that their names can be shown. */
function useReferenceOptions(to: string, ids: readonly string[], communityId: string | undefined) {
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const query = {
    q: q === '' ? undefined : q,
    communityId,
    ids: ids.length === 0 ? undefined : ids.join(','),
  };
  const { data, isFetching, error } = useQuery({
    queryKey: [to, 'options', query],
    queryFn: ({ signal }) => findOptions(to, query, signal),
    placeholderData: keepPreviousData,
  });
  return {
    options: data?.rows.map(({ id, label }) => ({ value: id, label })) ?? [],
    showSearch: { filterOption: false, onSearch: setText },
    loading: isFetching,
    notFoundContent: error ? errorText(error) : isFetching ? '正在查找…' : `没有找到${data?.label ?? ''}`,
  };
}

/** The definitions of all resources come with the first reference that is shown, not with every list. */
async function findOptions(
  to: string,
  query: { q: string | undefined; communityId: string | undefined; ids: string | undefined },
  signal: AbortSignal,
) {
  const { resourceNamed } = await import('./resource-registry.ts');
  const definition = resourceNamed(to);
  const communityId = definition.isCommunityScoped ? query.communityId : undefined;
  const { rows } = await call(optionsEndpoint(definition), { query: { ...query, communityId }, signal });
  return { rows, label: definition.label };
}
