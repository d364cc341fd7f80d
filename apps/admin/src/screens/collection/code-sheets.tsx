import type { CollectionSheet } from '@anlin/contract';
import { pictureOf } from './qr-picture.ts';
import './print-codes.css';

/** One poster a page, or twelve labels on an A4 page. */
export const codePapers = { a4: 'A4 海报', a5: 'A5 海报', labels: 'A4 标签，一页 12 张' } as const;
export type CodePaper = keyof typeof codePapers;

const labelsPerPage = 12;
/** Of A4. */
const scales: Readonly<Record<CodePaper, number>> = { a4: 1, a5: Math.SQRT1_2, labels: 1 };

/** The pages as they are printed. */
export function CodeSheets({ sheets, paper }: { sheets: readonly CollectionSheet[]; paper: CodePaper }) {
  const pages = paper === 'labels' ? chunksOf(sheets, labelsPerPage) : sheets.map((sheet) => [sheet]);
  return (
    <>
      <style>{`@page { size: ${paper === 'a5' ? 'A5' : 'A4'} portrait; margin: 0; }`}</style>
      {pages.map((page) =>
        paper === 'labels' ? (
          <section key={page[0]!.id} className="code-sheet code-labels">
            {page.map((sheet) => (
              <Label key={sheet.id} sheet={sheet} />
            ))}
          </section>
        ) : (
          <Poster key={page[0]!.id} sheet={page[0]!} scale={scales[paper]} />
        ),
      )}
    </>
  );
}

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, place) =>
    all.slice(place * size, (place + 1) * size),
  );
}

function Poster({ sheet, scale }: { sheet: CollectionSheet; scale: number }) {
  const isDoor = sheet.placeLabel !== '';
  return (
    <section className="code-sheet code-poster" style={{ '--scale': scale } as React.CSSProperties}>
      <header>
        {sheet.logo ? <img className="logo" src={sheet.logo} alt="" /> : null}
        <h1>{sheet.communityName}</h1>
        <h2>扫码缴费</h2>
        {isDoor ? <p className="place">{sheet.placeLabel}</p> : null}
      </header>
      <img className="code" src={pictureOf(sheet)} alt={`${sheet.placeLabel || sheet.name}的收款码`} />
      <ol>
        <li>打开微信或支付宝“扫一扫”，扫上面的码</li>
        <li>已登记的住户用手机号登录，核对账单后支付</li>
        {sheet.takesAmounts ? (
          <li>不登录也可以直接付款{sheet.isRemarkRequired && !isDoor ? '，请在备注写明房号' : ''}</li>
        ) : null}
      </ol>
      <footer>
        {sheet.slogan ? <div>{sheet.slogan}</div> : null}
        <div>
          {sheet.companyName}
          {sheet.servicePhone ? `　服务电话 ${sheet.servicePhone}` : ''}
        </div>
        <small>
          {sheet.name} 第 {sheet.edition} 版
        </small>
      </footer>
    </section>
  );
}

function Label({ sheet }: { sheet: CollectionSheet }) {
  return (
    <div className="code-label">
      <strong>{sheet.placeLabel || sheet.name}</strong>
      <img src={pictureOf(sheet)} alt={`${sheet.placeLabel || sheet.name}的收款码`} />
      <span>扫码缴费</span>
      <small>
        {sheet.communityName}
        {sheet.servicePhone ? ` ${sheet.servicePhone}` : ''}
      </small>
    </div>
  );
}
