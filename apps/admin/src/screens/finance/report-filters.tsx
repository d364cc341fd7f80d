import {
  groupingName,
  incomeChoices,
  type ReportDefinition,
  reportDimensions,
  resourceEndpoints,
  tagResource,
} from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { call } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import styles from './finance.module.css';
import { ChoiceFilter, FilterRow, RangeFilter, type useFilterAddress, YearFilter } from './finance-filters.tsx';

interface ReportFiltersProps {
  definition: ReportDefinition;
  communityId: string | undefined;
  address: ReturnType<typeof useFilterAddress>;
  groupBy: string;
  /** The days the report is of, also when nobody chose them. */
  days: { from: string | null; to: string | null } | undefined;
}

const { list: listTags } = resourceEndpoints(tagResource);

/** By what, which days, and of what: the same bar over every report. */
export function ReportFilters({ definition, communityId, address, groupBy, days }: ReportFiltersProps) {
  const can = useCan();
  const { values, set } = address;
  const choices = useQuery({
    queryKey: ['income-choices', communityId],
    queryFn: ({ signal }) => call(incomeChoices, { query: { communityId }, signal }),
    staleTime: 60_000,
    enabled: can('income.view'),
  });
  const tags = useQuery({
    queryKey: [tagResource.name, 'all'],
    enabled: can('tag.view'),
    queryFn: async ({ signal }) =>
      (await call(listTags, { query: { pageSize: 500 }, signal })).rows as unknown as { id: string; name: string }[],
  });
  const unit = definition.range === 'days' ? 'day' : 'month';
  const shown = (text: string | null | undefined) => (unit === 'day' ? text : text?.slice(0, 7)) ?? undefined;
  const range = {
    ...({ unit, from: shown(values.from ?? days?.from), to: shown(values.to ?? days?.to) } as const),
    onChange: (from: string | undefined, to: string | undefined) =>
      set(unit === 'day' ? { from, to } : { from: from && `${from}-01`, to: to && `${to}-01` }),
  };
  return (
    <FilterRow onClear={address.isFiltered ? address.clear : undefined}>
      <div className={styles.filter}>
        <span aria-hidden="true">汇总方式</span>
        <Select
          aria-label="汇总方式"
          style={{ width: 140 }}
          value={groupBy}
          options={definition.groupings.map((one) => ({
            value: groupingName(one),
            label: `按${one.map((dimension) => reportDimensions[dimension]).join('、')}`,
          }))}
          onChange={(next: string) => set({ groupBy: next, sort: undefined })}
        />
      </div>
      {definition.range === 'none' ? null : (
        <>
          <YearFilter {...range} />
          <RangeFilter label={unit === 'day' ? '日期' : '月份'} {...range} />
        </>
      )}
      <ChoiceFilter
        label="楼宇"
        width={104}
        value={values.buildingId}
        options={choices.data?.buildings ?? []}
        onChange={(buildingId) => set({ buildingId })}
      />
      {definition.hasItem ? (
        <ChoiceFilter
          label="收费项目"
          width={104}
          value={values.chargeItemId}
          options={choices.data?.items ?? []}
          onChange={(chargeItemId) => set({ chargeItemId })}
        />
      ) : null}
      <ChoiceFilter
        label="标签"
        width={96}
        value={values.tagId}
        options={tags.data ?? []}
        onChange={(tagId) => set({ tagId })}
      />
    </FilterRow>
  );
}
