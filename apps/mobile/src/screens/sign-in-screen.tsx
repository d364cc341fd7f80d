import { type EndpointReply, requestResidentCode, type residentClientCompany, signInResident } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { call, setResident } from '../app/api.ts';
import { Field } from '../ui/field.tsx';
import { useTitle, Wrong } from '../ui/page.tsx';

type Company = EndpointReply<typeof residentClientCompany>;
const phonePattern = /^1[3-9]\d{9}$/;

/** By phone and code alone: nobody has to remember a password. */
export default function SignInScreen({ company }: { company: Company }) {
  useTitle('登录');
  const [phone, setPhone] = useState('');
  const [code, setCode] = useState('');
  const codeBox = useRef<HTMLInputElement>(null);
  const wait = useCountdown();
  const request = useMutation({
    mutationFn: () => call(requestResidentCode, { body: { companyId: company.id, phone } }),
    onSuccess: ({ nextAfterSeconds }) => {
      wait.start(nextAfterSeconds);
      codeBox.current?.focus();
    },
  });
  const enter = useMutation({
    mutationFn: () => call(signInResident, { body: { companyId: company.id, phone, code } }),
    onSuccess: setResident,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  const isPhone = phonePattern.test(phone);
  return (
    <div className="page">
      <main>
        <div className="brand">
          <img src="/m/icon.svg" alt="" />
          <h1>{company.name}</h1>
          <p className="quiet">住户登录，缴费、查账、登记车辆</p>
        </div>
        <form className="card stack" onSubmit={submit}>
          <Field label="手机号">
            {(ids) => (
              <input
                {...ids}
                className="input"
                type="tel"
                inputMode="numeric"
                autoComplete="tel-national"
                maxLength={11}
                value={phone}
                onChange={(event) => setPhone(event.target.value.replace(/\D/g, ''))}
              />
            )}
          </Field>
          <Field label="验证码" hint="物业登记过的手机号，登录后就能看到自己的房屋">
            {(ids) => (
              <div className="input-row">
                <input
                  {...ids}
                  ref={codeBox}
                  className="input"
                  inputMode="numeric"
                  autoComplete="one-time-code"
                  maxLength={6}
                  value={code}
                  onChange={(event) => setCode(event.target.value.replace(/\D/g, ''))}
                />
                <button
                  type="button"
                  className="button"
                  disabled={!isPhone || wait.seconds > 0 || request.isPending}
                  onClick={() => request.mutate()}
                >
                  {wait.seconds > 0 ? `${wait.seconds} 秒后重发` : '获取验证码'}
                </button>
              </div>
            )}
          </Field>
          {request.isSuccess && (
            <p className="hint" role="status">
              {company.isDemo
                ? '演示不发短信：用管理员登录后台，在“系统 → 消息推送记录”里看验证码。'
                : `验证码已发送，${request.data.validMinutes} 分钟内有效。`}
            </p>
          )}
          <Wrong error={enter.error ?? request.error} />
          <button
            type="submit"
            className="button primary wide"
            disabled={!isPhone || code.length !== 6 || enter.isPending}
          >
            登录
          </button>
        </form>
      </main>
    </div>
  );
}

function useCountdown(): { seconds: number; start: (seconds: number) => void } {
  const [seconds, start] = useState(0);
  useEffect(() => {
    if (seconds <= 0) return;
    const timer = setTimeout(() => start(seconds - 1), 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  return { seconds, start };
}
