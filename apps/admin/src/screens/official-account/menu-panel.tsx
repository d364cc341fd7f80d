import {
  getOfficialAccount,
  getOfficialMenu,
  type MenuButton,
  menuProblems,
  type OfficialMenuContent,
  publishOfficialMenu,
  saveOfficialMenu,
  syncOfficialMenu,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { MenuHistory } from './menu-history.tsx';
import { MenuItemForm } from './menu-item-form.tsx';
import { type MenuPlace, MenuPreview } from './menu-preview.tsx';
import styles from './official-account.module.css';

const menuKey = ['officialMenu'] as const;
const readMenu = () => call(getOfficialMenu);

/** The menu: a draft that is edited, published to WeChat, and read back from there. */
export function MenuPanel() {
  const { message, modal } = App.useApp();
  const mayEdit = useCan()('officialAccount.publish');
  const queries = useQueryClient();
  const account = useQuery({
    queryKey: ['officialAccount'],
    queryFn: ({ signal }) => call(getOfficialAccount, { signal }),
  });
  const { data, error } = useQuery({ queryKey: menuKey, queryFn: readMenu, refetchOnWindowFocus: false });
  const [edited, setEdited] = useState<OfficialMenuContent>();
  const [place, setPlace] = useState<MenuPlace | null>(null);
  const menu = edited ?? data?.draft ?? [];
  const problems = menuProblems(menu);
  const settle = async () => {
    await queries.invalidateQueries({ queryKey: menuKey });
    setEdited(undefined);
  };
  const keep = async () => {
    if (edited !== undefined && data) await call(saveOfficialMenu, { body: { menu: edited, version: data.version } });
    return queries.fetchQuery({ queryKey: menuKey, queryFn: readMenu, staleTime: 0 });
  };
  const save = useMutation({
    mutationFn: keep,
    onSuccess: () => {
      message.success('草稿已保存，尚未发布');
      setEdited(undefined);
    },
  });
  const publish = useMutation({
    mutationFn: async () => {
      const { version } = await keep();
      setEdited(undefined);
      await call(publishOfficialMenu, { body: { version } });
    },
    onSuccess: () => {
      message.success(menu.length === 0 ? '微信上的菜单已撤下' : '已发布到微信，住户几分钟后看到');
      return settle();
    },
  });
  const sync = useMutation({
    mutationFn: () => call(syncOfficialMenu, { body: { version: data?.version ?? 0 } }),
    onSuccess: async ({ leftOut }) => {
      await settle();
      setPlace(null);
      if (leftOut.length === 0) message.success('草稿已换成微信上的菜单');
      else message.warning(`草稿已换成微信上的菜单；这里没有的种类未读入：${leftOut.join('、')}`, 8);
    },
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  const change = (next: OfficialMenuContent) => setEdited(next);
  const failure = publish.error ?? save.error ?? sync.error;
  const ask = () =>
    modal.confirm({
      title: menu.length === 0 ? '撤下微信上的菜单？' : '发布这个菜单？',
      content: '公众号现有的菜单会被替换，所有关注者都会看到。',
      okText: menu.length === 0 ? '撤下' : '发布',
      onOk: () => publish.mutateAsync().catch(() => undefined),
    });
  return (
    <>
      <div className={styles.tools}>
        {mayEdit ? (
          <>
            <Button type="primary" disabled={problems.length > 0} loading={publish.isPending} onClick={ask}>
              {menu.length === 0 ? '撤下菜单' : '发布'}
            </Button>
            <Button disabled={edited === undefined} loading={save.isPending} onClick={() => save.mutate()}>
              保存草稿
            </Button>
            <Button loading={sync.isPending} onClick={() => sync.mutate()}>
              从微信读回
            </Button>
          </>
        ) : null}
        {edited === undefined ? null : <Tag color="warning">有未保存的修改</Tag>}
        {problems.length > 0 ? <Tag color="error">{problems.length} 处要改</Tag> : null}
      </div>
      {failure ? (
        <Alert type="error" showIcon role="alert" title={errorText(failure)} style={{ marginBottom: 12 }} />
      ) : null}
      <div className={styles.columns}>
        <MenuPreview
          name={account.data?.name ?? ''}
          menu={menu}
          problems={problems}
          place={place}
          mayEdit={mayEdit}
          onChoose={setPlace}
          onAddButton={() => {
            change([...menu, { name: '菜单', action: { kind: 'function', function: 'home' }, entries: [] }]);
            setPlace({ button: menu.length, entry: null });
          }}
          onAddEntry={(index) => {
            const entry = { name: '子菜单', action: { kind: 'function', function: 'home' } as const };
            change(replaced(menu, index, (one) => ({ ...one, action: null, entries: [...one.entries, entry] })));
            setPlace({ button: index, entry: menu[index]?.entries.length ?? 0 });
          }}
        />
        <div className={styles.side}>
          {place && mayEdit ? (
            <ChosenItem menu={menu} place={place} onChange={change} onPlace={setPlace} />
          ) : (
            <p className="muted">
              最多 3 个菜单，每个最多 5 个子菜单；名称菜单 4 个汉字、子菜单 8 个汉字以内。
              在公众平台网页上修改过菜单的，请先“从微信读回”。
            </p>
          )}
          <MenuHistory history={data.history} onRestore={mayEdit ? change : undefined} />
        </div>
      </div>
    </>
  );
}

const replaced = (menu: OfficialMenuContent, index: number, change: (one: MenuButton) => MenuButton) =>
  menu.map((one, at) => (at === index ? change(one) : one));

function moved<T>(list: readonly T[], from: number, by: -1 | 1): T[] {
  const next = [...list];
  const [one] = next.splice(from, 1);
  if (one !== undefined) next.splice(from + by, 0, one);
  return next;
}

interface ChosenItemProps {
  menu: OfficialMenuContent;
  place: MenuPlace;
  onChange: (menu: OfficialMenuContent) => void;
  onPlace: (place: MenuPlace | null) => void;
}

function ChosenItem({ menu, place, onChange, onPlace }: ChosenItemProps) {
  const { button: index, entry: at } = place;
  const button = menu[index];
  const entry = at === null ? undefined : button?.entries[at];
  if (!button || (at !== null && !entry)) return null;
  const problems = menuProblems(menu)
    .filter((one) => one.button === index && one.entry === at)
    .map((one) => one.message);
  if (at === null || !entry)
    return (
      <MenuItemForm
        key={`${index}`}
        title="菜单"
        name={button.name}
        nameHint="最多 4 个汉字"
        action={button.entries.length > 0 ? undefined : button.action}
        problems={problems}
        isFirst={index === 0}
        isLast={index === menu.length - 1}
        onName={(name) => onChange(replaced(menu, index, (one) => ({ ...one, name })))}
        onAction={(action) => onChange(replaced(menu, index, (one) => ({ ...one, action })))}
        onMove={(by) => {
          onChange(moved(menu, index, by));
          onPlace({ button: index + by, entry: null });
        }}
        onDelete={() => {
          onChange(menu.filter((_, other) => other !== index));
          onPlace(null);
        }}
      />
    );
  const changeEntry = (patch: Partial<typeof entry>) =>
    onChange(
      replaced(menu, index, (one) => ({
        ...one,
        entries: one.entries.map((old, other) => (other === at ? { ...old, ...patch } : old)),
      })),
    );
  return (
    <MenuItemForm
      key={`${index} ${at}`}
      title={`“${button.name}”的子菜单`}
      name={entry.name}
      nameHint="最多 8 个汉字"
      action={entry.action}
      problems={problems}
      isFirst={at === 0}
      isLast={at === button.entries.length - 1}
      onName={(name) => changeEntry({ name })}
      onAction={(action) => changeEntry({ action })}
      onMove={(by) => {
        onChange(replaced(menu, index, (one) => ({ ...one, entries: moved(one.entries, at, by) })));
        onPlace({ button: index, entry: at + by });
      }}
      onDelete={() => {
        onChange(replaced(menu, index, (one) => ({ ...one, entries: one.entries.filter((_, other) => other !== at) })));
        onPlace({ button: index, entry: null });
      }}
    />
  );
}
