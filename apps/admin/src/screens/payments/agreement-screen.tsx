import { Segmented } from 'antd';
import { lazy, Suspense } from 'react';
import { PageFrame } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import { AgreementList } from './agreement-list.tsx';

const DeductionList = lazy(() => import('./deduction-list.tsx'));
const DeductionPlans = lazy(() => import('./deduction-plans.tsx'));

const tabs = { agreements: '签约', deductions: '扣款记录', plans: '扣款计划' } as const;
type Tab = keyof typeof tabs;

/** 代扣签约: what residents signed with WeChat Pay and Alipay, what was taken by it, and when. */
export default function AgreementScreen() {
  const { search, change } = useAddress();
  const tab: Tab = search.tab !== undefined && search.tab in tabs ? (search.tab as Tab) : 'agreements';
  return (
    <PageFrame
      isFilling
      help="住户在手机上签约后，到扣款日自动扣款并入账。没有扣到的按计划重试，最后仍失败的列在“扣款记录”里。"
      extra={
        <Segmented
          aria-label="视图"
          value={tab}
          options={Object.entries(tabs).map(([value, label]) => ({ value, label }))}
          onChange={(next) =>
            change({
              tab: next === 'agreements' ? undefined : next,
              q: undefined,
              state: undefined,
              open: undefined,
              page: undefined,
            })
          }
        />
      }
    >
      <Suspense>
        {tab === 'agreements' ? <AgreementList /> : tab === 'deductions' ? <DeductionList /> : <DeductionPlans />}
      </Suspense>
    </PageFrame>
  );
}
