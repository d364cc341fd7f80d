import { useEffect, useId, useMemo } from 'react';

/** Photos taken now or chosen from the album, each with a way to leave it out again. */
export function PicturePicker({
  label,
  hint,
  most,
  pictures,
  onChange,
}: {
  label: string;
  hint: string;
  most: number;
  pictures: readonly File[];
  onChange: (pictures: readonly File[]) => void;
}) {
  const id = useId();
  const urls = useMemo(() => pictures.map((picture) => URL.createObjectURL(picture)), [pictures]);
  useEffect(
    () => () => {
      for (const url of urls) URL.revokeObjectURL(url);
    },
    [urls],
  );
  const isFull = pictures.length >= most;
  return (
    <fieldset className="plain-group">
      <legend className="field-label">{label}</legend>
      <ul className="pictures">
        {urls.map((url, place) => (
          <li key={url}>
            <img src={url} alt={`${label}第 ${place + 1} 张`} />
            <button
              type="button"
              aria-label={`去掉第 ${place + 1} 张照片`}
              onClick={() => onChange(pictures.filter((_, other) => other !== place))}
            >
              ×
            </button>
          </li>
        ))}
        {!isFull && (
          <li>
            <label className="picture-add">
              <span className="picture-plus" aria-hidden="true">
                ＋
              </span>
              拍照或选择
              <input
                className="hidden"
                type="file"
                accept="image/*"
                multiple
                aria-label={label}
                aria-describedby={`${id}-hint`}
                onChange={(event) => {
                  onChange([...pictures, ...(event.target.files ?? [])].slice(0, most));
                  // The same photo may be chosen again after it was taken out.
                  event.target.value = '';
                }}
              />
            </label>
          </li>
        )}
      </ul>
      <p className="hint" id={`${id}-hint`} aria-live="polite">
        {pictures.length > 0 ? `已选 ${pictures.length} 张，最多 ${most} 张` : hint}
      </p>
    </fieldset>
  );
}
