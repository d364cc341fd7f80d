import { optionsEndpoint } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select, type SelectProps } from 'antd';
import { useDeferredValue, useMemo, useState } from 'react';
import { call, errorText } from '../api/api.ts';
import { resourceNamed } from './resource-registry.ts';

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
  const definition = resourceNamed(to);
  const endpoint = useMemo(() => optionsEndpoint(definition), [definition]);
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const query = {
    q: q === '' ? undefined : q,
    communityId: definition.isCommunityScoped ? communityId : undefined,
    ids: ids.length === 0 ? undefined : ids.join(','),
  };
  const { data, isFetching, error } = useQuery({
    queryKey: [definition.name, 'options', query],
    queryFn: async ({ signal }) => (await call(endpoint, { query, signal })).rows,
    placeholderData: keepPreviousData,
  });
  return {
    options: data?.map(({ id, label }) => ({ value: id, label })) ?? [],
    showSearch: { filterOption: false, onSearch: setText },
    loading: isFetching,
    notFoundContent: error ? errorText(error) : isFetching ? '正在查找…' : `没有找到${definition.label}`,
  };
}
