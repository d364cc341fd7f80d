import { applyForVehicle, applyForVehicleAgain, uploadPicture } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, queryClient } from '../app/api.ts';
import { go } from '../app/router.tsx';
import { useCommunity, useSession } from '../app/session.ts';
import { uploadPictures } from '../app/upload-pictures.ts';
import { Choices, Field } from '../ui/field.tsx';
import { Loading, Page, Wrong } from '../ui/page.tsx';
import { PicturePicker } from '../ui/picture-picker.tsx';
import { toast } from '../ui/toast.tsx';
import { useVehicles } from './queries.ts';

const mostPictures = 4;

/** Hands in a vehicle, or one that was refused put right (`id` is then its application's). */
export default function VehicleScreen({ id }: { id: string }) {
  const community = useCommunity();
  const { data } = useVehicles(community.id);
  const earlier = data?.applications.find((one) => one.id === id);
  return (
    <Page title={id === 'new' ? '登记车辆' : '重新提交'} back="/vehicles">
      {id !== 'new' && !data ? <Loading /> : <VehicleForm earlier={earlier} communityId={community.id} />}
    </Page>
  );
}

type Earlier = NonNullable<ReturnType<typeof useVehicles>['data']>['applications'][number];

function VehicleForm({ earlier, communityId }: { earlier: Earlier | undefined; communityId: string }) {
  const houses = useSession().houses.filter((house) => house.isHouseholder);
  const [houseId, setHouseId] = useState(earlier?.houseId ?? houses[0]?.id ?? '');
  const [plate, setPlate] = useState(earlier?.plate ?? '');
  const [brand, setBrand] = useState(earlier?.brand ?? '');
  const [color, setColor] = useState(earlier?.color ?? '');
  const [note, setNote] = useState(earlier?.note ?? '');
  const [pictures, setPictures] = useState<readonly File[]>([]);
  const save = useMutation({
    mutationFn: async () => {
      const licencePictures = await uploadPictures(uploadPicture, pictures);
      const body = { plate, brand, color, note, licencePictures };
      if (earlier) await call(applyForVehicleAgain, { params: { vehicleApplicationId: earlier.id }, body });
      else await call(applyForVehicle, { params: { houseId }, body });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['vehicles', communityId] });
      toast('已提交，等待物业审核');
      go('/vehicles', { replaces: true });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="card stack" onSubmit={submit}>
      {earlier?.refuseReason && <p className="wrong">上次没有通过：{earlier.refuseReason}</p>}
      {!earlier && houses.length > 1 && (
        <Choices
          label="属于哪处房屋"
          options={houses.map((house) => ({ value: house.id, label: house.name }))}
          value={houseId}
          onChange={setHouseId}
        />
      )}
      <Field label="车牌号码" hint="如 粤B12345">
        {(ids) => (
          <input
            {...ids}
            className="input"
            maxLength={20}
            value={plate}
            onChange={(event) => setPlate(event.target.value)}
          />
        )}
      </Field>
      <Field label="品牌（可不填）">
        {(ids) => (
          <input
            {...ids}
            className="input"
            maxLength={40}
            value={brand}
            onChange={(event) => setBrand(event.target.value)}
          />
        )}
      </Field>
      <Field label="颜色（可不填）">
        {(ids) => (
          <input
            {...ids}
            className="input"
            maxLength={20}
            value={color}
            onChange={(event) => setColor(event.target.value)}
          />
        )}
      </Field>
      <PicturePicker
        label="行驶证照片（可不填）"
        hint={pictureHint(earlier?.pictureCount ?? 0)}
        most={mostPictures}
        pictures={pictures}
        onChange={setPictures}
      />
      <Field label="说明（可不填）">
        {(ids) => (
          <textarea
            {...ids}
            className="input"
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <Wrong error={save.error} />
      <button type="submit" className="button primary wide" disabled={plate.trim() === '' || save.isPending}>
        {save.isPending ? '正在提交…' : '提交审核'}
      </button>
    </form>
  );
}

const pictureHint = (sent: number): string =>
  sent > 0 ? `上次交的 ${sent} 张保留；选了新的就换成新的` : `最多 ${mostPictures} 张`;
