import { basename } from 'node:path';
import { householdFail, platformFail } from '@anlin/contract';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { recordFile } from '../../platform/files/file-record.ts';
import { pictureTypes } from '../../platform/files/media-type.ts';
import { receiveFile, removeFile } from '../../platform/files/receive-file.ts';
import type { ResidentSession } from '../../platform/http/route.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import type { Services } from '../../platform/services.ts';
import { uploaderOf } from './register.ts';

/** Of a resident, and of a phone that is nobody's yet. */
const picturesPerDay = { known: 40, unknown: 12 } as const;

/** Takes in one picture of a resident, theirs until they hand it in with something. Errors: household.tooManyPictures, household.picturesOnly. */
export async function receivePicture(
  services: Services,
  session: ResidentSession,
  request: FastifyRequest,
): Promise<{ id: string; name: string }> {
  const companyId = await session.run(async (ctx, resident) => {
    await checkUploads(ctx, resident);
    return ctx.companyId;
  });
  const part = await request.file();
  if (!part) throw platformFail('file.missing');
  const id = services.newId();
  const { sizeBytes, sha256, mediaType } = await receiveFile(services.files, companyId, id, {
    content: part.file,
    claimedType: part.mimetype,
  });
  if (part.file.truncated || !pictureTypes.has(mediaType)) {
    await removeFile(services.files, companyId, id);
    throw householdFail('household.picturesOnly');
  }
  const name = basename(part.filename).slice(-200) || '照片';
  await session.run((ctx, resident) => {
    const uploader: Context = { ...ctx, actor: { ...ctx.actor, id: uploaderOf(resident) } };
    return recordFile(uploader, { id, name, sizeBytes, mediaType, sha256 });
  });
  return { id, name };
}

/** Refuses whoever has uploaded a great deal today already, whichever of their sessions it was by. */
async function checkUploads(ctx: Context, resident: SignedInResident): Promise<void> {
  const since = ctx.clock.now().subtract({ hours: 24 }).toString();
  const row = await ctx.tx.first<{ count: bigint }>(sql`select count(*) from file
    where company_id = ${ctx.companyId} and created_at > ${since} and (created_by = ${resident.residentId}
      or created_by = any (array(select id from resident_session where company_id = ${ctx.companyId} and phone = ${resident.phone})))`);
  const most = resident.residentId === null ? picturesPerDay.unknown : picturesPerDay.known;
  if (row!.count >= BigInt(most)) throw householdFail('household.tooManyPictures');
}
