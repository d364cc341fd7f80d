import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';

/** Saves something of a person's rights, says that it holds at once, and reads again what shows it. */
export function useSaveRights(personName: string, save: () => Promise<unknown>) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: save,
    async onSuccess() {
      message.success(`已保存，${personName}正在登录的页面立即生效`);
      await Promise.all(
        ['staff-rights', 'staff-rights-of', 'permission-groups'].map((key) =>
          queries.invalidateQueries({ queryKey: [key] }),
        ),
      );
    },
  });
}
