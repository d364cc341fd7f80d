import { invitedRoles, inviteMember, listMembers, withdrawInvitation } from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, errorText, queryClient } from '../app/api.ts';
import { useCommunity } from '../app/session.ts';
import { addDays, dayText } from '../ui/day.ts';
import { Choices, Field } from '../ui/field.tsx';
import { Loaded, Page, Wrong } from '../ui/page.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { toast } from '../ui/toast.tsx';

/** Who lives in a house; an owner invites others and takes invitations back. */
export default function MembersScreen({ id }: { id: string }) {
  const key = ['members', id];
  const members = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call(listMembers, { params: { houseId: id }, signal }),
  });
  const [isOpen, setOpen] = useState(false);
  const withdraw = useMutation({
    mutationFn: (residentInvitationId: string) =>
      call(withdrawInvitation, { params: { residentInvitationId }, body: {} }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: key }),
    onError: (error) => toast(errorText(error)),
  });
  return (
    <Page title={members.data?.houseName ?? '住户'} back="/houses">
      <Loaded query={members}>
        {(data) => (
          <div className="stack">
            <ul className="rows" aria-label="住户">
              {data.members.map((member) => (
                <li key={member.id} className="row">
                  <div className="row-main">
                    <span>
                      {member.name}
                      {member.isSelf && '（我）'}
                    </span>
                    <span className="quiet">
                      {[member.phone, member.validUntil && `到 ${dayText(member.validUntil)}`]
                        .filter(Boolean)
                        .join(' · ')}
                    </span>
                  </div>
                  <span className="chip">{member.roleLabel}</span>
                </li>
              ))}
            </ul>
            {data.mayInvite && (
              <button type="button" className="button primary wide" onClick={() => setOpen(true)}>
                邀请他人入住
              </button>
            )}
            {data.invitations.length > 0 && (
              <>
                <h2 className="section-title">发出的邀请</h2>
                <ul className="rows">
                  {data.invitations.map((one) => (
                    <li key={one.id} className="row">
                      <div className="row-main">
                        <span>
                          {one.roleLabel}
                          {one.code && ` · 邀请码 ${one.code}`}
                        </span>
                        <span className="quiet">
                          {one.isOpen
                            ? `${dayText(one.expiresOn)}前有效`
                            : [one.state, one.invitedName].filter(Boolean).join('：')}
                        </span>
                      </div>
                      {one.isOpen && (
                        <button
                          type="button"
                          className="button plain"
                          disabled={withdraw.isPending}
                          onClick={() => withdraw.mutate(one.id)}
                        >
                          撤回
                        </button>
                      )}
                    </li>
                  ))}
                </ul>
              </>
            )}
            {isOpen && <InviteSheet houseId={id} onClose={() => setOpen(false)} />}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

const roles = Object.entries(invitedRoles).map(([value, label]) => ({ value, label }));
const codeDays = 7;

function InviteSheet({ houseId, onClose }: { houseId: string; onClose: () => void }) {
  const { today } = useCommunity();
  const [role, setRole] = useState('family');
  const [validUntil, setValidUntil] = useState('');
  const invite = useMutation({
    mutationFn: () =>
      call(inviteMember, {
        params: { houseId },
        body: {
          role: role as keyof typeof invitedRoles,
          expiresOn: addDays(today, codeDays),
          validUntil: validUntil === '' ? null : validUntil,
        },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['members', houseId] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  if (invite.data) {
    return (
      <Sheet title="邀请码已生成" onClose={onClose}>
        <div className="stack" style={{ textAlign: 'center' }}>
          <p className="money-large">{invite.data.code}</p>
          <p className="quiet">
            把邀请码发给对方。对方用自己的手机号登录，选“我有邀请码”填入即可，无需审核，{codeDays} 天内有效。
          </p>
          <button type="button" className="button primary wide" onClick={() => void copy(invite.data.code)}>
            复制邀请码
          </button>
        </div>
      </Sheet>
    );
  }
  return (
    <Sheet title="邀请他人入住" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Choices label="对方的身份" options={roles} value={role} onChange={setRole} />
        <Field label="住到哪天（不填为长期）">
          {(ids) => (
            <input
              {...ids}
              type="date"
              className="input"
              min={today}
              value={validUntil}
              onChange={(event) => setValidUntil(event.target.value)}
            />
          )}
        </Field>
        <Wrong error={invite.error} />
        <button type="submit" className="button primary wide" disabled={invite.isPending}>
          生成邀请码
        </button>
      </form>
    </Sheet>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast('已复制');
  } catch {
    toast('请长按邀请码复制');
  }
}
