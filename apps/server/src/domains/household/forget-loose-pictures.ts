import { asSystem } from '../../platform/boundary.ts';
import { sql } from '../../platform/database/sql.ts';
import { forgetFiles } from '../../platform/files/forget-files.ts';
import { pictureTypes } from '../../platform/files/media-type.ts';
import type { Services } from '../../platform/services.ts';

/** As long as somebody may take between choosing a picture and handing it in. */
const keptHours = 24;
const atOnce = 200;
/** Once an hour is often enough to look for them. */
const minuteOfHour = 20;

/**
 * Forgets pictures that residents uploaded a day ago and handed in with nothing: of papers and faces nothing is kept that
 * nobody needs. What staff upload is theirs and stays. Safe to repeat.
 */
export async function forgetLoosePictures(services: Services, companyId: string): Promise<void> {
  const now = services.clock.now();
  if (now.toZonedDateTimeISO('UTC').minute !== minuteOfHour) return;
  const before = now.subtract({ hours: keptHours }).toString();
  await asSystem(services, companyId, async (ctx) => {
    const loose = await ctx.tx.rows<{ id: string }>(sql`select f.id from file f
      where f.company_id = ${companyId} and f.created_at <= ${before} and f.created_by is not null and f.permission is null
        and f.media_type = any (${[...pictureTypes]}::text[])
        and not exists (select from staff s where s.company_id = f.company_id and s.id = f.created_by)
        and not exists (select from file_use u where u.company_id = f.company_id and u.file_id = f.id)
      order by f.id limit ${atOnce}`);
    await forgetFiles(
      ctx,
      loose.map(({ id }) => id),
    );
  });
}
