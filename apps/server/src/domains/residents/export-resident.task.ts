import { PassThrough } from 'node:stream';
import {
  fileEventKinds,
  householdTypes,
  marriages,
  occupancyRoles,
  permissionLabel,
  platformFail,
  politicsOptions,
  sexes,
} from '@anlin/contract';
import { createZipWriter, type OutputSheet, writeSpreadsheet } from '@anlin/spreadsheet';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { recordFile } from '../../platform/files/file-record.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler, TaskRun } from '../../platform/tasks/task.ts';
import { readFileEvents } from './file.queries.ts';
import { openIdCard } from './id-card.ts';
import { lockResident } from './lock-resident.ts';
import { readProfile } from './resident.queries.ts';
import { readFilesOf } from './resident-files.ts';

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    exportResident: { residentId: string };
  }
}

const permission = 'resident.reveal';
const mostEvents = 20_000;

/** Starts the export of all that is known of one person (个人信息保护法 45). Errors: resource.notFound, resident.erased. */
export async function exportResidentData(ctx: Context, residentId: string): Promise<string> {
  await lockResident(ctx, residentId);
  return startTask(ctx, 'exportResident', { title: '导出住户个人信息', communityId: null, input: { residentId } });
}

/** Writes a zip with 资料.json and 资料.xlsx, their photo and documents, all open, for the person themselves; the audit says who took it out. */
export const exportResidentTask: TaskHandler<{ residentId: string }> = (run) =>
  run.transaction(async (ctx) => {
    if (!ctx.permissions.has(permission)) {
      throw platformFail('permission.denied', { permission: permissionLabel(permission) });
    }
    const known = await gather(ctx, run.input.residentId);
    const stream = new PassThrough();
    const writeZip = async () => {
      const zip = createZipWriter(stream);
      await zip.addEntry('资料.json', [Buffer.from(JSON.stringify(known, null, 2))]);
      await zip.addEntry('资料.xlsx', await bytesOf(sheetsOf(known)));
      for (const [name, content] of await filesOf(ctx, run)) await zip.addEntry(name, content);
      await zip.finish();
      stream.end();
    };
    const [stored] = await Promise.all([run.files.write(run.companyId, run.taskId, stream), writeZip()]);
    const fileName = '住户个人信息.zip';
    await ctx.tx.run(sql`delete from file where company_id = ${ctx.companyId} and id = ${run.taskId}`);
    await recordFile(ctx, { id: run.taskId, mediaType: 'application/zip', name: fileName, ...stored });
    await recordAudit(ctx, { action: 'resident.exportData', targetKind: 'resident', targetId: run.input.residentId });
    return { fileId: run.taskId, fileName, rows: known.往来.length };
  });

/** Entries of the zip in the order the person has the files; one whose bytes are lost is left out. */
async function filesOf(
  ctx: Context,
  run: TaskRun<{ residentId: string }>,
): Promise<(readonly [name: string, content: AsyncIterable<Buffer>])[]> {
  const { photo, documents } = await readFilesOf(ctx, run.input.residentId);
  const entries: (readonly [string, AsyncIterable<Buffer>])[] = [];
  for (const [folder, files] of [['照片', photo] as const, ['证件与文件', documents] as const]) {
    for (const [n, { id, name }] of files.entries()) {
      const isThere = await run.files.head(run.companyId, id, 1).then(Boolean, () => false);
      const path = `${folder}/${n + 1}-${name.replaceAll(/[\\/:*?"<>|]/g, '_')}`;
      if (isThere) entries.push([path, run.files.read(run.companyId, id)]);
    }
  }
  return entries;
}

interface Known {
  导出时间: string;
  基本资料: Record<string, string>;
  入住记录: Record<string, string>[];
  入住申请: Record<string, string>[];
  车辆: Record<string, string>[];
  开票抬头: Record<string, string>[];
  往来: Record<string, string>[];
  查看记录: Record<string, string>[];
}

async function gather(ctx: Context, residentId: string): Promise<Known> {
  const profile = await readProfile(ctx, residentId);
  const whole = await ctx.tx.first<{ phone: string; emergency_phone: string; id_card_sealed: string | null }>(
    sql`select phone, emergency_phone, id_card_sealed from resident where company_id = ${ctx.companyId} and id = ${residentId}`,
  );
  const applications = await ctx.tx.rows<
    Record<string, string>
  >(sql`select submitted_at as "提交时间", name as "姓名", phone as "手机号", note as "注册说明"
    from move_in_application where company_id = ${ctx.companyId} and (resident_id = ${residentId} or (phone = ${whole!.phone} and phone <> '')) order by submitted_at`);
  const vehicles = await ctx.tx.rows<
    Record<string, string>
  >(sql`select plate as "车牌", brand as "品牌", color as "颜色", owner_name as "车主姓名", owner_phone as "车主手机"
    from vehicle where company_id = ${ctx.companyId} and owner_phone = ${whole!.phone} and owner_phone <> '' order by plate`);
  const titles = await ctx.tx.rows<
    Record<string, string>
  >(sql`select name as "抬头", tax_number as "税号", address as "地址", phone as "电话", bank_name as "开户行", bank_account as "账号", email as "邮箱"
    from invoice_title where company_id = ${ctx.companyId} and resident_id = ${residentId} order by name`);
  const looks = await ctx.tx.rows<
    Record<string, string>
  >(sql`select at as "时间", actor_name as "操作人", action as "操作"
    from audit_entry where company_id = ${ctx.companyId} and target_id = ${residentId} order by id`);
  const file = await readFileEvents(ctx, { residentId }, { page: 1, pageSize: mostEvents });
  return {
    导出时间: nowText(ctx),
    基本资料: {
      姓名: profile.name,
      手机号: whole!.phone,
      身份证号: openIdCard(ctx, residentId, whole!.id_card_sealed),
      性别: profile.sex ? sexes[profile.sex] : '',
      出生日期: profile.birthday ?? '',
      民族: profile.ethnicity,
      政治面貌: profile.politics ? politicsOptions[profile.politics] : '',
      婚姻状况: profile.marriage ? marriages[profile.marriage] : '',
      户籍类型: profile.householdType ? householdTypes[profile.householdType] : '',
      籍贯: profile.nativePlace,
      工作单位: profile.employer,
      紧急联系人: profile.emergencyName,
      紧急联系电话: whole!.emergency_phone,
      与本人关系: profile.emergencyRelation,
      微信号: profile.wechat,
      电子邮箱: profile.email,
      宠物: profile.pets,
      备注: profile.note,
      照片: profile.photo.map((file) => file.name).join('、'),
      证件与文件: profile.documents.map((file) => file.name).join('、'),
      标签: profile.tags.map((tag) => tag.name).join('、'),
      ...Object.fromEntries(profile.ownFields.map(({ label, text }) => [label, text])),
      登记时间: profile.createdAt,
    },
    入住记录: profile.occupancies.map((stay) => ({
      小区: stay.communityLabel,
      房屋: stay.houseLabel,
      身份: occupancyRoles[stay.role],
      迁入日期: stay.movedInOn,
      有效期至: stay.validUntil ?? '',
      迁出日期: stay.movedOutOn ?? '',
    })),
    入住申请: applications,
    车辆: vehicles,
    开票抬头: titles,
    往来: file.rows.map((event) => ({
      日期: event.day,
      种类: fileEventKinds[event.kind],
      对象: event.place,
      事项: event.title,
      说明: event.detail,
      金额: event.amount ?? '',
    })),
    查看记录: looks,
  };
}

/** One sheet for each part; a part without rows has a heading alone. */
function sheetsOf(known: Known): OutputSheet[] {
  const parts: [string, Record<string, string>[]][] = [
    ['基本资料', Object.entries(known.基本资料).map(([item, text]) => ({ 项目: item, 内容: text }))],
    ...(['入住记录', '入住申请', '车辆', '开票抬头', '往来', '查看记录'] as const).map(
      (name): [string, Record<string, string>[]] => [name, known[name]],
    ),
  ];
  return parts.map(([name, rows]) => {
    const titles = Object.keys(rows[0] ?? { 内容: '' });
    return {
      name,
      columns: titles.map((title) => ({ title, kind: 'text' as const })),
      rows: rows.map((row) => titles.map((title) => row[title] ?? '')),
    };
  });
}

async function bytesOf(sheets: readonly OutputSheet[]): Promise<Buffer[]> {
  const target = new PassThrough();
  const chunks: Buffer[] = [];
  target.on('data', (chunk: Buffer) => chunks.push(chunk));
  await writeSpreadsheet(target, { sheets });
  return chunks;
}
