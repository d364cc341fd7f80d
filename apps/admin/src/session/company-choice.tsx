import { type MyCompany, type SessionView, signOut, switchCompany } from '@anlin/contract';
import { BankOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Flex } from 'antd';
import { call, errorText } from '../api/api.ts';
import { keepPhone } from './sign-in-phone.ts';

interface CompanyChoiceProps {
  companies: readonly MyCompany[];
  /** With the session of the company chosen; undefined when it is the one already entered. */
  onEntered: (session: SessionView | undefined) => void;
  /** After signing out, to sign in to a company that asks for more. */
  onLeft: () => void;
}

/** One button for each company a person works for. */
export default function CompanyChoice({ companies, onEntered, onLeft }: CompanyChoiceProps) {
  const choose = useMutation({
    mutationFn: async ({ id, isCurrent, isOpen }: MyCompany) => {
      if (isCurrent) return { session: undefined };
      if (isOpen) return { session: await call(switchCompany, { body: { companyId: id } }) };
      await keepPhone();
      await call(signOut);
      return 'left';
    },
    onSuccess: (outcome) => (outcome === 'left' ? onLeft() : onEntered(outcome.session)),
  });
  return (
    <Flex vertical gap={12}>
      {choose.error ? <Alert type="error" showIcon title={errorText(choose.error)} role="alert" /> : null}
      {companies.map((company) => (
        <Button
          key={company.id}
          block
          size="large"
          icon={<BankOutlined />}
          style={{
            justifyContent: 'flex-start',
            whiteSpace: 'normal',
            height: 'auto',
            minHeight: 44,
            textAlign: 'start',
          }}
          loading={choose.isPending && choose.variables.id === company.id}
          disabled={choose.isPending}
          onClick={() => choose.mutate(company)}
        >
          {company.name}
          {company.isOpen ? null : <span className="muted">（须重新登录）</span>}
        </Button>
      ))}
    </Flex>
  );
}
