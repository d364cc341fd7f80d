import { defineErrors, raiser } from '../errors.ts';

export const approvalErrors = defineErrors({
  'approval.reasonRequired': {
    status: 422,
    text: '“{action}”需要审批（流程“{flow}”），请填写申请理由后再提交',
  },
  'approval.alreadyPending': {
    status: 409,
    text: '{target} 已有一条“{action}”的申请在审批中（{who} 于 {day} 提交），不能重复申请。请等待审批，或由申请人撤回后再提交',
  },
  'approval.mixedCommunities': {
    status: 422,
    text: '这一批涉及 {count} 个小区，而“{action}”需要审批，请按小区分开提交',
  },
  'approval.onlySelf': {
    status: 422,
    text: '流程“{flow}”第 {level} 级只有您自己可以审批，自己不能审批自己的申请。请联系管理员在“审批流程”中增加审批人',
  },
  'approval.nobody': {
    status: 422,
    text: '流程“{flow}”第 {level} 级（{approvers}）现在没有人可以审批：可能已离职、停用，或不管理这个小区。请联系管理员修改“审批流程”',
  },
  'approval.ended': { status: 409, text: '这条申请{state}，不能再操作。请刷新页面' },
  'approval.levelMoved': { status: 409, text: '这条申请已进到第 {level} 级审批，请刷新页面后再决定' },
  'approval.notAsked': {
    status: 403,
    text: '这一级现在不由您审批：可能您已处理过、已转交，或同级已有人处理。请刷新页面',
  },
  'approval.self': { status: 403, text: '不能审批自己提交的申请，请由其他人审批' },
  'approval.notRequester': { status: 403, text: '只有申请人（{who}）可以撤回这条申请' },
  'approval.badDelegate': {
    status: 422,
    text: '不能转给{who}：{reason}。请另选一位同事',
  },
  'approval.targetChanged': {
    status: 409,
    text: '提交申请之后{target}有了变化，与审批时看到的不同，没有执行。请核对后重新申请',
  },
  'approval.requesterGone': { status: 409, text: '申请人{who}已停用或离职，没有执行。请由在职人员重新申请' },
  'approval.requesterLostRight': {
    status: 409,
    text: '申请人{who}已没有“{permission}”的权限，没有执行。请由有权限的人员重新申请',
  },
  'approval.unknownAction': { status: 422, text: '没有“{action}”这种可审批的操作，请重新选择' },
  'approvalFlow.amountUnused': { status: 422, text: '“{action}”没有金额，请清空金额条件' },
  'approvalFlow.amountReversed': { status: 422, text: '金额条件的上限须大于下限，请改正' },
  'approvalFlow.repeatedApprover': { status: 422, text: '第 {level} 级有重复的审批人“{label}”，请删去一个' },
  'approvalFlow.nobody': {
    status: 422,
    text: '第 {level} 级没有人可以审批：{reason}。请换一位审批人，或先给权限组添加成员',
  },
});

export const approvalFail = raiser(approvalErrors);
