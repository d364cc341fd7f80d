import { longestShiftHours } from '@anlin/contract';
import { Alert, Button } from 'antd';
import { instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useOpenShifts } from './use-open-shifts.ts';

/** Reminds a cashier at the desk of a shift that is open too long. */
export function ShiftReminder({ communityId }: { communityId: string | undefined }) {
  const can = useCan();
  const { go } = useAddress();
  const overdue = useOpenShifts(communityId).find((one) => one.isOwn && one.isOverdue);
  if (!overdue || !can('shift.close')) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={`您在 ${overdue.communityName} 已超过 ${longestShiftHours} 小时没有交班：从 ${instantText(overdue.since)} 起共 ${overdue.count} 笔。`}
      action={
        <Button size="small" onClick={() => go('/cashier/shifts', { community: overdue.communityId })}>
          去交班
        </Button>
      }
    />
  );
}
