import { getWechatIdentity } from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call, errorText } from '../app/api.ts';
import { spendArrival } from '../app/arrival.ts';
import { hrefOf } from '../app/router.tsx';
import { openMiniProgramPage } from '../app/wechat-bridge.ts';
import { toast } from '../ui/toast.tsx';

/** What only the mini-program around this page can do: scanning, and asking for notices. */
export default function MiniProgramRows() {
  const identity = useQuery({
    queryKey: ['wechat'],
    queryFn: ({ signal }) => call(getWechatIdentity, { query: { account: 'miniProgram' }, signal }),
  });
  const open = useMutation({
    mutationFn: ({ page, values }: { page: string; values?: Record<string, string> }) =>
      openMiniProgramPage(page, values),
    onError: (error) => toast(errorText(error)),
  });
  useEffect(() => {
    const accepted = spendArrival('wxAccepted');
    if (accepted !== undefined) toast(accepted === '' ? '没有开启通知' : '已开启，有新通知时在微信里提醒您一次');
  }, []);
  const templateIds = identity.data?.templateIds ?? [];
  return (
    <>
      <button type="button" className="row" onClick={() => open.mutate({ page: '/pages/scan/scan' })}>
        <span className="row-main">
          <span>扫一扫</span>
          <span className="quiet">扫小区里张贴的二维码</span>
        </span>
      </button>
      {identity.data?.isKnown && templateIds.length > 0 && (
        <button
          type="button"
          className="row"
          onClick={() =>
            open.mutate({
              page: '/pages/subscribe/subscribe',
              values: { ids: templateIds.join(','), back: hrefOf('/profile') },
            })
          }
        >
          <span className="row-main">
            <span>开启微信通知</span>
            <span className="quiet">同意一次，提醒一次</span>
          </span>
        </button>
      )}
    </>
  );
}
