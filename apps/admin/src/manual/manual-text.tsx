import { useQuery } from '@tanstack/react-query';
import { Empty, Skeleton } from 'antd';
import { MarkdownView } from './markdown-view.tsx';
import { loadSection } from './sections.ts';

export function ManualText({ section }: { section: string }) {
  const { data, isPending } = useQuery({
    queryKey: ['manual', section],
    queryFn: async () => (await loadSection(section)) ?? null,
    staleTime: Infinity,
  });
  if (isPending) return <Skeleton active />;
  if (!data) return <Empty description="手册里没有这一节，请从页面上的“使用手册”进入" />;
  return <MarkdownView text={data} />;
}
