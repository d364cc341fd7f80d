import { chargeItemResource, getItemCommunities, setItemCommunities } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ReferencesSelect } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

/** In which communities an item is charged; none chosen: in all of them. */
export function ItemCommunities({ itemId }: { itemId: string }) {
  const mayEdit = useCan()('chargeItem.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<string[]>();
  const queryKey = [chargeItemResource.name, 'communities', itemId];
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => call(getItemCommunities, { params: { id: itemId }, signal }),
  });
  const save = useMutation({
    mutationFn: (communityIds: string[]) =>
      call(setItemCommunities, { params: { id: itemId }, body: { communityIds } }),
    onSuccess: async () => {
      message.success('适用小区已保存');
      await queries.invalidateQueries({ queryKey });
      setChosen(undefined);
    },
  });
  const failure = error ?? save.error;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      {failure ? <Alert type="error" showIcon title={errorText(failure)} /> : null}
      <span className="muted">只在所选小区绑定和生成账单；不选为全部小区。</span>
      <ReferencesSelect
        to="community"
        aria-label="适用小区"
        placeholder="全部小区"
        disabled={!mayEdit || !data}
        style={{ width: '100%' }}
        value={chosen ?? data?.communityIds ?? []}
        onChange={setChosen}
      />
      {mayEdit ? (
        <Button
          type="primary"
          disabled={chosen === undefined}
          loading={save.isPending}
          onClick={() => chosen && save.mutate(chosen)}
        >
          保存适用小区
        </Button>
      ) : null}
    </Space>
  );
}
