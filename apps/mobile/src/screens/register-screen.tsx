import {
  applyAgain,
  applyForHouse,
  listOpenCommunities,
  listOpenPlaces,
  mostApplicationPhotos,
  type OccupancyRole,
  type OwnApplication,
  occupancyRoles,
  takeUpInvitation,
  uploadApplicationPhoto,
} from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { call, queryClient, sessionKey } from '../app/api.ts';
import { go } from '../app/router.tsx';
import { useSession } from '../app/session.ts';
import { uploadPictures } from '../app/upload-pictures.ts';
import { Field } from '../ui/field.tsx';
import { Loaded, Message, Page, PlainPage, Wrong } from '../ui/page.tsx';
import { PicturePicker } from '../ui/picture-picker.tsx';
import { toast } from '../ui/toast.tsx';

const chips = { waiting: 'chip warn', browsing: 'chip', refused: 'chip danger', approved: 'chip good' } as const;

/** Asking to be let in: what was asked for so far, an invitation code, or a new application. */
export default function RegisterScreen(_: { id: string }) {
  const { resident, community } = useSession();
  const [again, setAgain] = useState<OwnApplication>();
  const { applications } = resident;
  const body = (
    <div className="stack">
      {!community && applications.length === 0 && (
        <p className="notice">物业还没有登记 {resident.phone}。请提交入住申请，或填写业主给您的邀请码。</p>
      )}
      {applications.length > 0 && <Applications rows={applications} onAgain={setAgain} />}
      {again ? <ApplicationForm key={again.id} earlier={again} onDone={() => setAgain(undefined)} /> : <Entries />}
    </div>
  );
  return community ? (
    <Page title="申请入住" back="/profile">
      {body}
    </Page>
  ) : (
    <PlainPage title="登记入住">
      {body}
      <SignOut />
    </PlainPage>
  );
}

function SignOut(): ReactNode {
  return (
    <button type="button" className="button plain wide" style={{ marginTop: '1rem' }} onClick={() => go('/profile')}>
      我的账号、退出登录
    </button>
  );
}

function Applications({ rows, onAgain }: { rows: readonly OwnApplication[]; onAgain: (one: OwnApplication) => void }) {
  return (
    <section>
      <h2 className="section-title">我的申请</h2>
      <ul className="rows" style={{ marginTop: '0.5rem' }}>
        {rows.map((row) => (
          <li key={row.id} className="row">
            <div className="row-main">
              <span>
                {row.communityName} {row.houseLabel}
              </span>
              <span className="quiet">
                {row.state === 'waiting'
                  ? '物业审核后会显示您的房屋，请过些时候再看'
                  : [row.name, row.note].filter(Boolean).join('：')}
              </span>
              {row.refuseReason && <span className="danger-text">原因：{row.refuseReason}</span>}
            </div>
            {row.state === 'refused' ? (
              <button type="button" className="button" onClick={() => onAgain(row)}>
                改正
              </button>
            ) : (
              <span className={chips[row.state]}>{row.stateLabel}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Entries() {
  const [way, setWay] = useState<'apply' | 'code' | undefined>();
  if (way === 'apply') return <ApplicationForm onDone={() => setWay(undefined)} />;
  if (way === 'code') return <CodeForm onDone={() => setWay(undefined)} />;
  return (
    <div className="button-row">
      <button type="button" className="button primary" onClick={() => setWay('apply')}>
        申请入住
      </button>
      <button type="button" className="button" onClick={() => setWay('code')}>
        我有邀请码
      </button>
    </div>
  );
}

const refresh = () => queryClient.invalidateQueries({ queryKey: sessionKey });

function CodeForm({ onDone }: { onDone: () => void }) {
  const known = useSession().resident.resident?.name;
  const [code, setCode] = useState('');
  const [name, setName] = useState(known ?? '');
  const accept = useMutation({
    mutationFn: () => call(takeUpInvitation, { body: { code, name } }),
    onSuccess: async () => {
      await refresh();
      toast('已入住');
      onDone();
      go('/');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <form className="card stack" onSubmit={submit}>
      <Field label="邀请码">
        {(ids) => (
          <input
            {...ids}
            className="input"
            autoCapitalize="characters"
            maxLength={20}
            value={code}
            onChange={(event) => setCode(event.target.value.toUpperCase())}
          />
        )}
      </Field>
      {!known && <NameField name={name} onChange={setName} />}
      <Wrong error={accept.error} />
      <button type="submit" className="button primary wide" disabled={!code || !name || accept.isPending}>
        入住
      </button>
      <button type="button" className="button plain wide" onClick={onDone}>
        返回
      </button>
    </form>
  );
}

function NameField({ name, onChange }: { name: string; onChange: (name: string) => void }) {
  return (
    <Field label="姓名">
      {(ids) => (
        <input
          {...ids}
          className="input"
          autoComplete="name"
          maxLength={40}
          value={name}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** As the community's registration mode has it: with a note, with a house and a role, or the phone alone. */
function ApplicationForm({ earlier, onDone }: { earlier?: OwnApplication; onDone: () => void }) {
  const communities = useQuery({
    queryKey: ['open-communities'],
    queryFn: ({ signal }) => call(listOpenCommunities, { signal }),
  });
  return (
    <Loaded query={communities}>
      {({ rows }) =>
        rows.length === 0 ? (
          <Message title="没有可以申请的小区" text="请联系服务中心。" />
        ) : (
          <OpenForm rows={rows} earlier={earlier} onDone={onDone} />
        )
      }
    </Loaded>
  );
}

interface OpenCommunity {
  id: string;
  name: string;
  place: string;
  mode: string;
  hint: string;
  servicePhone: string;
}

function OpenForm({
  rows,
  earlier,
  onDone,
}: {
  rows: readonly OpenCommunity[];
  earlier: OwnApplication | undefined;
  onDone: () => void;
}) {
  const known = useSession().resident.resident?.name;
  const [communityId, setCommunityId] = useState(earlier?.communityId ?? (rows.length === 1 ? rows[0]!.id : ''));
  const [buildingId, setBuildingId] = useState('');
  const [houseId, setHouseId] = useState(earlier?.houseId ?? '');
  const [role, setRole] = useState<OccupancyRole>(earlier?.role ?? 'owner');
  const [name, setName] = useState(known ?? earlier?.name ?? '');
  const [note, setNote] = useState(earlier?.note ?? '');
  const [pictures, setPictures] = useState<readonly File[]>([]);
  const community = rows.find((row) => row.id === communityId);
  const isChoosing = community?.mode === 'openReview';
  const apply = useMutation({
    mutationFn: async () => {
      const photos = await uploadPictures(uploadApplicationPhoto, pictures);
      const house = isChoosing ? { houseId: houseId || null, role } : { houseId: null, role: null };
      if (earlier) {
        await call(applyAgain, {
          params: { moveInApplicationId: earlier.id },
          body: { name, note, photos, ...house },
        });
        return 'waiting' as const;
      }
      return (await call(applyForHouse, { body: { communityId, name, note, photos, ...house } })).outcome;
    },
    onSuccess: async (outcome) => {
      await refresh();
      toast(outcome === 'placed' ? '您已经住在这里，无需申请' : '已提交，请等待物业审核');
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply.mutate();
  };
  return (
    <form className="card stack" onSubmit={submit}>
      <Field label="小区">
        {(ids) => (
          <select
            {...ids}
            className="input"
            value={communityId}
            disabled={earlier !== undefined}
            onChange={(event) => {
              setCommunityId(event.target.value);
              setBuildingId('');
              setHouseId('');
            }}
          >
            <option value="">请选择</option>
            {rows.map((row) => (
              <option key={row.id} value={row.id}>
                {row.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {community?.mode === 'closed' && (
        <p className="notice">
          {community.name}由物业登记住户，请联系服务中心{community.servicePhone && ` ${community.servicePhone}`}。
        </p>
      )}
      {community && community.mode !== 'closed' && (
        <>
          {community.hint && <p className="notice">{community.hint}</p>}
          {isChoosing && (
            <HouseChoice
              {...{ communityId, buildingId, houseId, role }}
              earlierHouse={earlier?.houseId === houseId ? (earlier?.houseLabel ?? '') : ''}
              onBuilding={(id) => {
                setBuildingId(id);
                setHouseId('');
              }}
              onHouse={setHouseId}
              onRole={setRole}
            />
          )}
          {!known && <NameField name={name} onChange={setName} />}
          <Field
            label={community.mode === 'simpleReview' ? '说明' : '说明（可不填）'}
            hint={community.mode === 'simpleReview' ? '写明楼号、房号和您是业主、家属还是租客' : '如与业主的关系'}
          >
            {(ids) => (
              <textarea
                {...ids}
                className="input"
                maxLength={500}
                value={note}
                onChange={(event) => setNote(event.target.value)}
              />
            )}
          </Field>
          <PicturePicker
            label="照片（可不填）"
            hint={
              earlier && earlier.photoCount > 0
                ? `上次交的 ${earlier.photoCount} 张保留；选了新的就换成新的`
                : `房产证、购房或租赁合同等，最多 ${mostApplicationPhotos} 张，只有物业审核人能看`
            }
            most={mostApplicationPhotos}
            pictures={pictures}
            onChange={setPictures}
          />
          <Wrong error={apply.error} />
          <button type="submit" className="button primary wide" disabled={!name.trim() || apply.isPending}>
            {apply.isPending ? '正在提交…' : '提交申请'}
          </button>
        </>
      )}
      <button type="button" className="button plain wide" onClick={onDone}>
        返回
      </button>
    </form>
  );
}

const roles = Object.entries(occupancyRoles) as [OccupancyRole, string][];

function HouseChoice(props: {
  communityId: string;
  buildingId: string;
  houseId: string;
  role: OccupancyRole;
  earlierHouse: string;
  onBuilding: (id: string) => void;
  onHouse: (id: string) => void;
  onRole: (role: OccupancyRole) => void;
}) {
  const { communityId, buildingId, houseId } = props;
  const buildings = usePlaces(communityId, undefined);
  const houses = usePlaces(communityId, buildingId || undefined, buildingId !== '');
  return (
    <>
      <Field label="楼栋">
        {(ids) => (
          <select
            {...ids}
            className="input"
            value={buildingId}
            onChange={(event) => props.onBuilding(event.target.value)}
          >
            <option value="">{props.earlierHouse ? `上次选的：${props.earlierHouse}` : '请选择'}</option>
            {buildings.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {buildingId !== '' && (
        <Field label="房屋">
          {(ids) => (
            <select {...ids} className="input" value={houseId} onChange={(event) => props.onHouse(event.target.value)}>
              <option value="">请选择</option>
              {houses.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label="您的身份">
        {(ids) => (
          <select
            {...ids}
            className="input"
            value={props.role}
            onChange={(event) => props.onRole(event.target.value as OccupancyRole)}
          >
            {roles.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function usePlaces(communityId: string, buildingId: string | undefined, isWanted = true) {
  const { data } = useQuery({
    queryKey: ['places', communityId, buildingId ?? ''],
    queryFn: ({ signal }) =>
      call(listOpenPlaces, { query: { communityId, ...(buildingId ? { buildingId } : {}) }, signal }),
    enabled: isWanted,
  });
  return data?.rows ?? [];
}
