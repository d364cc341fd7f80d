import type { ReportDefinition } from '@anlin/contract';
import { Descriptions, Drawer } from 'antd';
import { ManualLink } from '../../manual/manual-context.tsx';

interface ReportDefinitionsDrawerProps {
  definition: ReportDefinition;
  isOpen: boolean;
  onClose: () => void;
}

/** What each column of a report means: the fixed definitions of the manual. */
export function ReportDefinitionsDrawer({ definition, isOpen, onClose }: ReportDefinitionsDrawerProps) {
  return (
    <Drawer title={`${definition.title}：每一列怎么算`} open={isOpen} onClose={onClose} size={560}>
      <Descriptions
        size="small"
        column={1}
        bordered
        items={Object.entries(definition.columns).map(([key, { title, definition: text }]) => ({
          key,
          label: title,
          children: text,
        }))}
      />
      <p>
        <ManualLink section="reports">手册：报表</ManualLink>
      </p>
    </Drawer>
  );
}
