import { getWechatIdentity } from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call, errorText } from '../app/api.ts';
import { useSession } from '../app/session.ts';
import { openMiniProgramPage } from '../app/wechat-bridge.ts';
import { RowLink } from '../ui/page.tsx';
import { toast } from '../ui/toast.tsx';

/** What only the mini-program around this page can do: scanning, and asking whether messages may come. */
export default function MiniProgramRows() {
  const { resident } = useSession();
  const identity = useQuery({
    queryKey: ['wechat'],
    queryFn: ({ signal }) => call(getWechatIdentity, { query: { account: 'miniProgram' }, signal }),
  });
  const scan = useMutation({
    mutationFn: () => openMiniProgramPage('/pages/scan/scan'),
    onError: (error) => toast(errorText(error)),
  });
  return (
    <>
      <button type="button" className="row" onClick={() => scan.mutate()}>
        <span className="row-main">
          <span>扫一扫</span>
          <span className="quiet">扫小区里张贴的二维码</span>
        </span>
      </button>
      {resident.resident && identity.data?.isOn && (
        <RowLink to="/reminders">
          <span className="row-main">
            <span>消息提醒</span>
            <span className="quiet">选择哪些消息发到您的微信</span>
          </span>
        </RowLink>
      )}
    </>
  );
}
