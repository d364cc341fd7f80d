import { openOwnCollectionCode } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call } from '../app/api.ts';
import { Link } from '../app/router.tsx';
import { setScanned } from '../app/scan.ts';
import { chooseCommunity, useSession } from '../app/session.ts';
import { Loaded, Message, PlainPage } from '../ui/page.tsx';
import type { OpenedCode } from './amount-form.tsx';
import { AmountPart, CodeHead, useCode } from './collect-parts.tsx';
import { DuesChoice } from './dues-screen.tsx';
import { useDues } from './queries.ts';

/** A collection code scanned by whoever is signed in: what is due, or the way to register. */
export default function OwnCollectScreen({ id: token }: { id: string }) {
  const code = useCode(token);
  useEffect(() => {
    setScanned(token);
    return () => setScanned(undefined);
  }, [token]);
  return (
    <PlainPage title="扫码缴费" back="/">
      <Loaded query={code}>{(data) => <Opened token={token} code={data} />}</Loaded>
    </PlainPage>
  );
}

function Opened({ token, code }: { token: string; code: OpenedCode }) {
  const { resident, community } = useSession();
  const livesHere = resident.houses.some((house) => house.communityId === code.communityId && house.isHouseholder);
  useEffect(() => {
    if (livesHere) chooseCommunity(code.communityId);
  }, [livesHere, code.communityId]);
  return (
    <div className="stack">
      <CodeHead code={code} />
      {livesHere && community?.id === code.communityId ? (
        <Dues token={token} code={code} />
      ) : (
        <>
          <p className="notice">
            您的手机号 {resident.phone} 在{code.communityName}还没有登记的房屋。登记后扫码就能看到账单。
          </p>
          <Link to="/register" className="button primary wide">
            登记入住
          </Link>
        </>
      )}
      <AmountPart token={token} code={code} label="直接付一个金额" />
    </div>
  );
}

/** One bill: that bill; several: all of them, those of the code's own door chosen. */
function Dues({ token, code }: { token: string; code: OpenedCode }) {
  const dues = useDues(code.communityId);
  const own = useQuery({
    queryKey: ['own-collect', token],
    queryFn: ({ signal }) => call(openOwnCollectionCode, { params: { token }, signal }),
    staleTime: 60_000,
  });
  return (
    <Loaded query={dues}>
      {(data) => {
        if (data.places.length === 0)
          return <Message icon="done" title="都缴清了" text={`${code.communityName}没有待缴的账单。`} />;
        if (own.isPending) return null;
        const preset = data.places.find(({ id }) => id === own.data?.targetId)?.id;
        return <DuesChoice key={preset ?? ''} places={data.places} preset={preset} />;
      }}
    </Loaded>
  );
}
