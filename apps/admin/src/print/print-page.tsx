import { type PrintedReply, type PrintType, previewPrint, startPrint } from '@anlin/contract';
import { layoutDocument } from '@anlin/print-layout';
import { useMutation } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Alert, Button, Skeleton, Space } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { call, errorText } from '../api/api.ts';
import { useAddress } from '../shell/address.ts';
import { PageView } from './page-view.tsx';
import { readPrepared } from './prepared-print.ts';
import { loadPrintFonts } from './print-fonts.ts';
import './print-page.css';

const typesByPath: Readonly<Record<string, PrintType>> = { receipts: 'receipt', notices: 'dunningNotice' };

/**
 * Paper alone, without the shell: counts the print, then opens the browser's print dialog once. `preview=1` shows it
 * without counting or printing; `/print/prepared/…` prints what the page before made ready.
 */
export default function PrintPage() {
  const { kind, id } = useParams({ strict: false }) as { kind: string; id: string };
  const { search } = useAddress();
  const isPreview = search.preview === '1';
  const type = kind === 'prepared' ? readPrepared()?.type : typesByPath[kind];
  const load = useMutation({
    mutationFn: async (): Promise<PrintedReply | undefined> => {
      if (kind === 'prepared') return readPrepared()?.printed;
      if (!type) return undefined;
      const split = search.split === 'bill' ? ('bill' as const) : undefined;
      const body = { type, id, templateRef: search.template, asOf: search.asOf, split };
      return call(isPreview ? previewPrint : startPrint, { body });
    },
  });
  const isStarted = useRef(false);
  useEffect(() => {
    if (isStarted.current) return;
    isStarted.current = true;
    load.mutate();
  }, [load]);
  if (load.error) return <Alert type="error" showIcon title={errorText(load.error)} />;
  if (load.isSuccess && (!load.data || !type))
    return <Alert type="error" showIcon title="没有可打印的内容，请关闭本窗口后重新打印" />;
  if (!load.data || !type) return <Skeleton active style={{ padding: 24 }} />;
  return <PrintSheets type={type} printed={load.data} isPrinting={!isPreview} />;
}

function PrintSheets({ type, printed, isPrinting }: { type: PrintType; printed: PrintedReply; isPrinting: boolean }) {
  const layouts = useMemo(
    () => printed.documents.map((document) => layoutDocument(type, printed.content, document)),
    [type, printed],
  );
  const pages = layouts.flatMap((layout) => layout.pages);
  const missing = [...new Set(layouts.flatMap((layout) => layout.missing))];
  const [isReady, setReady] = useState(false);
  useEffect(() => {
    let isGone = false;
    const done = () => {
      if (!isGone) setReady(true);
    };
    loadPrintFonts(layouts.flatMap((layout) => layout.pages)).then(done, done);
    return () => {
      isGone = true;
    };
  }, [layouts]);
  usePrintOnce(isReady && isPrinting, printed);
  const tallest = Math.max(...pages.map((page) => page.heightMm));
  const { number = '', houseName = '' } = printed.documents[0]?.fields ?? {};
  return (
    <article data-ready={isReady}>
      <style>{`@page { size: ${pages[0]?.widthMm ?? 210}mm ${tallest}mm; margin: 0; }`}</style>
      <div className="print-tools">
        <Space>
          <Button type="primary" disabled={!isReady} onClick={() => window.print()}>
            打印
          </Button>
          <Button onClick={() => window.close()}>关闭</Button>
          <span className="muted">模板：{printed.templateName}</span>
        </Space>
        {missing.length === 0 ? null : (
          <Alert type="warning" title={`字库里没有这些字，已印为编号：${missing.join(' ')}`} />
        )}
      </div>
      {pages.map((page, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pages have no identity but their order.
        <PageView key={index} page={page} label={`${number || houseName} 第 ${index + 1} 页`} />
      ))}
    </article>
  );
}

function usePrintOnce(isReady: boolean, printed: PrintedReply): void {
  useEffect(() => {
    if (!isReady) return;
    const { title = printed.content.title, number = '' } = printed.documents[0]?.fields ?? {};
    document.title = `${title} ${number}`;
    // Printed or cancelled: its work is done, and the next receipt opens a window of its own.
    const close = () => window.close();
    window.addEventListener('afterprint', close);
    const timer = setTimeout(() => window.print(), 100);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('afterprint', close);
    };
  }, [isReady, printed]);
}
