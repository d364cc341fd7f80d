import { useQueryClient } from '@tanstack/react-query';
import { sessionKey } from '../api/api.ts';
import { EntrancePage } from './entrance-page.tsx';
import { PasswordForm } from './password-form.tsx';
import { useSession } from './session-context.ts';

/** The initial password was known to somebody else: nothing opens before it is replaced (PLT-2). */
export default function FirstPasswordPage() {
  const queries = useQueryClient();
  const { staff } = useSession();
  return (
    <EntrancePage title="设置您的密码" help={`${staff.name}，首次登录请换成只有您自己知道的密码`}>
      <PasswordForm submitText="保存并进入" onChanged={() => queries.invalidateQueries({ queryKey: sessionKey })} />
    </EntrancePage>
  );
}
