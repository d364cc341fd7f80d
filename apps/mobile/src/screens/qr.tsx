import { renderSVG } from 'uqr';

/** A code to be scanned with another phone, or kept and opened from the pictures of this one. */
export default function Qr({ content }: { content: string }) {
  return (
    <img
      src={`data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(content))}`}
      alt="付款码"
      style={{ width: '14rem', height: '14rem', margin: '0 auto', display: 'block', background: '#fff' }}
    />
  );
}
