/** What domain screens build from. */
export { Chart } from '../chart/chart.tsx';
export { PageFrame } from '../shell/page-frame.tsx';
export { openFile } from '../tasks/open-file.ts';
export { TaskBar, TaskProgress } from '../tasks/task-progress.tsx';
export { useNoticeTask, useTask } from '../tasks/use-task.ts';
export { type EstateLevel, type EstateLoader, type EstateNode, EstateTree } from './estate-tree.tsx';
export { controlOf, fieldControls } from './field-controls.tsx';
export { FilterBar } from './filter-bar.tsx';
export { type FilterValue, type ListState, readListState, withFilter, writeListState } from './list-address.ts';
export { MoneyText } from './money-text.tsx';
export { ReferenceSelect, ReferencesSelect } from './reference-select.tsx';
export type { ColumnOverrides } from './resource-columns.tsx';
export type { DetailTab } from './resource-detail.tsx';
export { ResourcePage, type ResourcePageProps } from './resource-page.tsx';
export { TagChip, TagSelect, type TagView } from './tag-select.tsx';
export { groupThousands, instantText } from './text-of.ts';
export { TotalsBar } from './totals-bar.tsx';
export { useResourceList } from './use-resource-list.ts';
