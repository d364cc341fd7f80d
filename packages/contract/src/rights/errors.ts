import { defineErrors, raiser } from '../errors.ts';

export const rightsErrors = defineErrors({
  'permissionGroup.inUse': {
    status: 409,
    text: '权限组“{name}”还有 {count} 处在用：{users}。请先给他们换一个权限组，再删除',
  },
  'permissionGroup.holdsAll': {
    status: 409,
    text: '“{name}”始终拥有全部权限（新版本增加的也包括在内），不能勾选或删除。需要少一些权限，请复制一份再改',
  },
  'permissionGroup.notBuiltIn': { status: 409, text: '“{name}”是自建的权限组，没有默认设置可以恢复' },
  'permissionGroup.unknownPermission': {
    status: 422,
    text: '权限“{permission}”不在当前版本的目录里，请刷新页面后重新勾选',
  },
  'rights.beyondOwn': {
    status: 403,
    text: '不能给出您自己没有的权限：{permissions}。请由有这些权限的人办理',
  },
  'rights.takenBeyondOwn': {
    status: 403,
    text: '不能收回您自己没有的权限：{permissions}。请由有这些权限的人办理',
  },
  'rights.higher': {
    status: 403,
    text: '{name}拥有您没有的权限（{permissions}），您不能改动其权限和数据范围。请由权限更高的人办理',
  },
  'scope.beyondOwn': {
    status: 403,
    text: '{name}现在或将来的数据范围超出您自己的范围（{places}），没有改动。请由可看全部的人办理',
  },
  'rights.tooManyPlaces': {
    status: 422,
    text: '一个人最多指定 {most} 处楼宇和房屋，当前为 {count} 处。请改为整栋或整个小区',
  },
});

export const rightsFail = raiser(rightsErrors);
