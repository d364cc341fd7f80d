import { Skeleton } from 'antd';
import { type ComponentProps, lazy, Suspense } from 'react';

// The calendar is large: it comes with the first dialog that asks for a day.
const DayInput = lazy(() => import('../../resource-ui/day-input.tsx'));

/** A day chosen from a Chinese calendar or typed, as `YYYY-MM-DD`. */
export function DayField(props: ComponentProps<typeof DayInput>) {
  return (
    <Suspense fallback={<Skeleton.Input active block />}>
      <DayInput {...props} />
    </Suspense>
  );
}
