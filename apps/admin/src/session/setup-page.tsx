import { ProblemError } from '@anlin/client';
import { checkSetupCode, openInstallation, setupStatus } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, Button, Form, Input, Space, Steps } from 'antd';
import { useEffect, useState } from 'react';
import { call, errorText, type SessionState, sessionKey } from '../api/api.ts';
import { GoOnce } from '../shell/go-once.tsx';
import { EntrancePage } from './entrance-page.tsx';

interface SetupForm {
  code: string;
  company: { name: string; phone?: string; address?: string };
  community: { name: string; code: string };
  administrator: { name: string; phone: string; password: string; repeated: string };
}

const steps = [
  { title: '初始化码', help: '它显示在启动安邻的窗口里，只有能看到那里的人才能初始化', fields: <CodeFields /> },
  { title: '公司', help: '物业公司的资料，印在收据等单据上，以后可以修改', fields: <CompanyFields /> },
  { title: '小区', help: '您管理的第一个小区，以后可以再加', fields: <CommunityFields /> },
  { title: '管理员', help: '您自己的账号，可以做所有的事，再为同事开通账号', fields: <AdministratorFields /> },
] as const;

/** The step a wrong field belongs to, by the first word of its path. */
const stepOfField: Readonly<Record<string, number>> = { code: 0, company: 1, community: 2, administrator: 3 };

/** From an empty installation to a signed-in administrator: code, company, first community, administrator (PLT-1). */
export default function SetupPage() {
  const [form] = Form.useForm<SetupForm>();
  const [step, setStep] = useState(0);
  const status = useQuery({ queryKey: ['setup'], queryFn: () => call(setupStatus) });
  const open = useOpen((problem) => {
    const [field] = problem.fields;
    setStep(
      problem.code === 'setup.codeWrong' ? 0 : (stepOfField[field?.path.split('.')[0] ?? ''] ?? steps.length - 1),
    );
    form.setFields(problem.fields.map(({ path, message }) => ({ name: path.split('.') as never, errors: [message] })));
  });
  const check = useMutation({
    mutationFn: (code: string) => call(checkSetupCode, { body: { code } }),
    onSuccess: () => setStep(1),
  });
  useEffect(() => {
    document.title = '初始化 · 安邻';
  }, []);
  if (status.data && !status.data.isOpen && !open.isSuccess) return <GoOnce to="/sign-in" search={{}} />;
  const { title, help } = steps[step]!;
  const isLast = step === steps.length - 1;
  const forward = () => {
    // All steps stay in the form, so that going back loses nothing.
    const values = form.getFieldsValue(true) as SetupForm;
    if (step === 0) check.mutate(values.code);
    else if (isLast) open.mutate(values);
    else setStep(step + 1);
  };
  const error = open.error ?? (step === 0 ? check.error : null);
  return (
    <EntrancePage title="开始使用安邻" help={help}>
      <Steps size="small" current={step} titlePlacement="vertical" items={steps.map((one) => ({ title: one.title }))} />
      {error ? <Alert type="error" showIcon title={errorText(error)} role="alert" /> : null}
      <Form<SetupForm>
        key={step}
        form={form}
        layout="vertical"
        requiredMark={false}
        size="large"
        preserve
        onFinish={forward}
      >
        {steps[step]!.fields}
        <Space>
          {step === 0 ? null : <Button onClick={() => setStep(step - 1)}>上一步</Button>}
          <Button
            type="primary"
            htmlType="submit"
            loading={open.isPending || check.isPending}
            aria-label={isLast ? '完成并进入' : `下一步，现在是${title}`}
          >
            {isLast ? '完成并进入' : '下一步'}
          </Button>
        </Space>
      </Form>
    </EntrancePage>
  );
}

function useOpen(onProblem: (problem: ProblemError) => void) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ administrator: { repeated: _, ...administrator }, ...values }: SetupForm) =>
      call(openInstallation, { body: { ...values, administrator } }),
    onSuccess(session) {
      queries.clear();
      queries.setQueryData<SessionState>(sessionKey, { session, reason: '' });
      navigate({ to: '/', replace: true });
    },
    onError(error) {
      if (error instanceof ProblemError) onProblem(error);
    },
  });
}

const required = (message: string) => [{ required: true, whitespace: true, message }];

function CodeFields() {
  return (
    <Form.Item
      name="code"
      label="初始化码"
      rules={required('请输入初始化码')}
      extra="形如 abcd-2345-xyz9，每次启动换一个"
    >
      <Input autoFocus autoComplete="off" maxLength={40} />
    </Form.Item>
  );
}

function CompanyFields() {
  return (
    <>
      <Form.Item name={['company', 'name']} label="公司名称" rules={required('请填写公司名称')}>
        <Input autoFocus maxLength={60} />
      </Form.Item>
      <Form.Item name={['company', 'phone']} label="公司电话">
        <Input maxLength={20} inputMode="tel" />
      </Form.Item>
      <Form.Item name={['company', 'address']} label="公司地址">
        <Input maxLength={200} />
      </Form.Item>
    </>
  );
}

function CommunityFields() {
  return (
    <>
      <Form.Item name={['community', 'name']} label="小区名称" rules={required('请填写小区名称')}>
        <Input autoFocus maxLength={60} />
      </Form.Item>
      <Form.Item
        name={['community', 'code']}
        label="小区代码"
        extra="收据号的开头，如翠湖花园用 CHHY"
        rules={[
          { required: true, message: '请填写小区代码' },
          { pattern: /^\s*[A-Za-z0-9]{1,12}\s*$/, message: '应为 1 到 12 位字母或数字' },
        ]}
      >
        <Input maxLength={12} />
      </Form.Item>
    </>
  );
}

function AdministratorFields() {
  return (
    <>
      <Form.Item name={['administrator', 'name']} label="姓名" rules={required('请填写姓名')}>
        <Input autoFocus maxLength={40} />
      </Form.Item>
      <Form.Item
        name={['administrator', 'phone']}
        label="手机号"
        extra="登录用"
        rules={[
          { required: true, message: '请填写手机号' },
          { pattern: /^\s*1\d{10}\s*$/, message: '应为 11 位手机号' },
        ]}
      >
        <Input maxLength={13} inputMode="tel" autoComplete="username" />
      </Form.Item>
      <Form.Item
        name={['administrator', 'password']}
        label="密码"
        extra="至少 8 位，须同时含字母和数字"
        rules={[
          { required: true, message: '请设置密码' },
          { pattern: /^(?=.*\p{L})(?=.*\d).{8,}$/u, message: '至少 8 位，须同时含字母和数字' },
        ]}
      >
        <Input.Password maxLength={200} autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name={['administrator', 'repeated']}
        label="再输一次密码"
        dependencies={[['administrator', 'password']]}
        rules={[
          { required: true, message: '请再输一次密码' },
          ({ getFieldValue }) => ({
            validator: async (_, value: string | undefined) => {
              if (value && value !== getFieldValue(['administrator', 'password']))
                throw new Error('两次输入的密码不一样');
            },
          }),
        ]}
      >
        <Input.Password maxLength={200} autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
