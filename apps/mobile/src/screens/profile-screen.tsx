import { signOutResident } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { call, errorText, setResident } from '../app/api.ts';
import { isLargeType, setLargeType } from '../app/large-type.ts';
import { place } from '../app/place.ts';
import { chooseCommunity, useSession } from '../app/session.ts';
import { Page, RowLink } from '../ui/page.tsx';
import { toast } from '../ui/toast.tsx';

const MiniProgramRows = lazy(() => import('./mini-program-rows.tsx'));

/** Who is signed in, larger type, another community, signing out. */
export default function ProfileScreen() {
  const { resident, community } = useSession();
  const [isLarge, setLarge] = useState(isLargeType);
  const leave = useMutation({
    mutationFn: () => call(signOutResident),
    onSuccess: () => setResident(null),
    onError: (error) => toast(errorText(error)),
  });
  return (
    <Page title="我的">
      <div className="stack">
        <section className="card">
          <strong style={{ fontSize: '1.25rem' }}>{resident.resident?.name ?? '还没有登记'}</strong>
          <p className="quiet">
            {resident.phone} · {resident.company.name}
          </p>
        </section>
        {resident.communities.length > 1 && (
          <fieldset className="rows" style={{ border: 0, margin: 0 }}>
            <legend className="hidden">切换小区</legend>
            {resident.communities.map(({ id, name }) => (
              <label key={id} className="row">
                <span className="row-main">{name}</span>
                <input
                  type="radio"
                  name="community"
                  className="check"
                  checked={id === community?.id}
                  onChange={() => chooseCommunity(id)}
                />
              </label>
            ))}
          </fieldset>
        )}
        <div className="rows">
          <label className="row">
            <span className="row-main">
              <span>大字版</span>
              <span className="quiet">字和按钮都放大</span>
            </span>
            <input
              type="checkbox"
              className="check"
              checked={isLarge}
              onChange={(event) => {
                setLargeType(event.target.checked);
                setLarge(event.target.checked);
              }}
            />
          </label>
          {resident.resident && (
            <RowLink to="/messages">
              <span className="row-main">我的消息</span>
              {resident.newMessages > 0 && <span className="chip danger">{resident.newMessages} 条新</span>}
            </RowLink>
          )}
          {place === 'miniProgram' && (
            <Suspense fallback={null}>
              <MiniProgramRows />
            </Suspense>
          )}
          <RowLink to="/register">
            <span className="row-main">
              <span>申请入住、填邀请码</span>
              {resident.applications.length > 0 && (
                <span className="quiet">{resident.applications.length} 条申请，看进度</span>
              )}
            </span>
          </RowLink>
        </div>
        <button type="button" className="button danger wide" disabled={leave.isPending} onClick={() => leave.mutate()}>
          退出登录
        </button>
      </div>
    </Page>
  );
}
