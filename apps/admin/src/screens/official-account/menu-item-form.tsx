import {
  type MenuAction,
  type MenuActionKind,
  menuActionLabels,
  type ResidentFunction,
  residentFunctions,
} from '@anlin/contract';
import { Alert, Button, Form, Input, Popconfirm, Radio, Select, Space } from 'antd';

interface MenuItemFormProps {
  title: string;
  name: string;
  nameHint: string;
  /** Undefined: it opens its entries and does nothing itself. */
  action: MenuAction | null | undefined;
  problems: readonly string[];
  isFirst: boolean;
  isLast: boolean;
  onName: (name: string) => void;
  onAction: (action: MenuAction) => void;
  onMove: (by: -1 | 1) => void;
  onDelete: () => void;
}

export const functionOptions = Object.entries(residentFunctions).map(([value, { label }]) => ({
  value: value as ResidentFunction,
  label,
}));

const blankAction: Record<MenuActionKind, MenuAction> = {
  function: { kind: 'function', function: 'home' },
  url: { kind: 'url', url: '' },
  miniProgram: { kind: 'miniProgram', appId: '', pagePath: 'pages/index/index', url: '' },
  keyword: { kind: 'keyword', keyword: '' },
};

/** Name and action of one button or entry; every change is at once in the preview. */
export function MenuItemForm(props: MenuItemFormProps) {
  const { title, name, nameHint, action, problems, isFirst, isLast } = props;
  return (
    <Form layout="vertical">
      <Space style={{ marginBottom: 12 }} wrap>
        <b>{title}</b>
        <Button size="small" disabled={isFirst} onClick={() => props.onMove(-1)}>
          前移
        </Button>
        <Button size="small" disabled={isLast} onClick={() => props.onMove(1)}>
          后移
        </Button>
        <Popconfirm title="删除这个菜单？" okText="删除" cancelText="取消" onConfirm={props.onDelete}>
          <Button size="small" danger>
            删除
          </Button>
        </Popconfirm>
      </Space>
      {problems.length > 0 ? (
        <Alert type="warning" showIcon title={problems.join('；')} style={{ marginBottom: 12 }} />
      ) : null}
      <Form.Item label="名称" htmlFor="menu-name" extra={nameHint}>
        <Input id="menu-name" value={name} maxLength={40} onChange={(event) => props.onName(event.target.value)} />
      </Form.Item>
      {action === undefined ? (
        <p className="muted">点击后展开子菜单。要让它自己打开页面，请先删除子菜单。</p>
      ) : (
        <>
          <Form.Item label="点击后">
            <Radio.Group
              aria-label="点击后"
              value={action?.kind}
              options={Object.entries(menuActionLabels).map(([value, label]) => ({ value, label }))}
              onChange={(event) => props.onAction(blankAction[event.target.value as MenuActionKind])}
            />
          </Form.Item>
          {action ? <ActionFields action={action} onAction={props.onAction} /> : null}
        </>
      )}
    </Form>
  );
}

function ActionFields({ action, onAction }: { action: MenuAction; onAction: (action: MenuAction) => void }) {
  const text = (
    label: string,
    value: string,
    change: (value: string) => MenuAction,
    hint: string,
    placeholder: string,
  ) => (
    <Form.Item label={label} htmlFor={`menu-${label}`} extra={hint}>
      <Input
        id={`menu-${label}`}
        value={value}
        maxLength={1024}
        placeholder={placeholder}
        onChange={(event) => onAction(change(event.target.value))}
      />
    </Form.Item>
  );
  if (action.kind === 'function')
    return (
      <Form.Item label="功能" htmlFor="menu-function" extra="住户端的页面；没有登录的先登录">
        <Select
          id="menu-function"
          value={action.function}
          options={functionOptions}
          onChange={(value: ResidentFunction) => onAction({ kind: 'function', function: value })}
        />
      </Form.Item>
    );
  if (action.kind === 'url')
    return text('网址', action.url, (url) => ({ ...action, url }), '以 https:// 开头', 'https://');
  if (action.kind === 'keyword')
    return text(
      '关键词',
      action.keyword,
      (keyword) => ({ ...action, keyword: keyword.slice(0, 30) }),
      '如同住户发来这个词，按“自动回复”回答',
      '如 报修电话',
    );
  return (
    <>
      {text('小程序 AppID', action.appId, (appId) => ({ ...action, appId }), '须已与公众号关联', 'wx…')}
      {text('小程序页面', action.pagePath, (pagePath) => ({ ...action, pagePath }), '', 'pages/index/index')}
      {text('备用网页', action.url, (url) => ({ ...action, url }), '旧版微信打开它；不填则打开住户首页', 'https://')}
    </>
  );
}
