import { chargeTargetKinds, type EndpointReply, type getBillHistory, type TargetKind } from '@anlin/contract';
import type { Calculation } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

type Basis = EndpointReply<typeof getBillHistory>['basis'];

interface BasisRow {
  target_kind: TargetKind;
  target_id: string;
  target_label: string | null;
  standard_id: string | null;
  standard_name: string | null;
  /** What the price version of the calculation is: `2026-03-16 起的价格`. */
  version_text: string | null;
  binding_id: string | null;
  binding_from: string | null;
  binding_last: string | null;
  own_price: string | null;
  own_amount: string | null;
  reading_id: string | null;
  reading_text: string | null;
  apportionment_id: string | null;
  apportionment_text: string | null;
  run_id: string | null;
  run_text: string | null;
}

/**
 * What a bill's calculation rests on, each with the place where it can be looked into and changed: standard and price, binding,
 * reading, division, raising run. What is out of the caller's sight, or gone, is left out.
 */
export async function readBillBasis(ctx: Context, id: string, calculation: Calculation): Promise<Basis> {
  const row = await ctx.tx.first<BasisRow>(sql`
    select b.target_kind, b.target_id, t.label as target_label, s.id as standard_id, s.name as standard_name,
      coalesce(
        (select coalesce(p.starts_on || ' 起的价格', '最初的价格') from charge_standard_price p
          where p.company_id = b.company_id and p.charge_standard_id = b.charge_standard_id and p.id::text = b.calculation ->> 'i'),
        (select concat_ws('，', coalesce(h.name || coalesce(' ' || u.name, ''), '本小区') || ' 的分区价格', p.starts_on || ' 起') from charge_standard_place_price p
          left join building h on h.company_id = p.company_id and h.id = p.building_id
          left join unit u on u.company_id = p.company_id and u.id = p.unit_id
          where p.company_id = b.company_id and p.charge_standard_id = b.charge_standard_id and p.id::text = b.calculation ->> 'i')) as version_text,
      d.id as binding_id, d.starts_on as binding_from, d.ends_on - 1 as binding_last,
      trim_scale(d.own_price)::text as own_price, trim_scale(d.own_amount)::text as own_amount,
      r.id as reading_id, concat_ws('，', to_char(r.month, 'YYYY-MM') || ' 仪表 ' || m.number,
        '起度 ' || trim_scale(r.previous) || '，止度 ' || trim_scale(r.current), nullif(r.confirmation, '')) as reading_text,
      a.id as apportionment_id, concat_ws('，', a.name || ' ' || to_char(x.month, 'YYYY-MM'), x.basis_text) as apportionment_text,
      q.id as run_id, q.title as run_text
    from bill b
      left join charge_target t on t.company_id = b.company_id and t.id = b.target_id
      left join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
      left join standard_binding d on d.company_id = b.company_id and d.id = b.standard_binding_id
      left join meter_reading r on r.company_id = b.company_id and r.id = b.meter_reading_id
      left join meter m on m.company_id = r.company_id and m.id = r.meter_id
      left join apportionment_run x on x.company_id = b.company_id and x.id = b.apportionment_run_id
      left join apportionment a on a.company_id = x.company_id and a.id = x.apportionment_id
      left join raising_run_list q on q.company_id = b.company_id and q.id = b.raising_run_id
    where b.company_id = ${ctx.companyId} and b.id = ${id}`);
  if (!row) return [];
  return [...targetBasis(row), ...standardBasis(row, calculation), ...sourceBasis(row)];
}

function targetBasis({ target_kind: kind, target_id: id, target_label: text }: BasisRow): Basis {
  return text === null ? [] : [{ label: chargeTargetKinds[kind], text, link: { kind, id } }];
}

function standardBasis(row: BasisRow, calculation: Calculation): Basis {
  const { standard_id: standardId, binding_id: bindingId } = row;
  const basis: Basis = [];
  if (standardId !== null) {
    const text = [row.standard_name, priceText(row, calculation)].filter((part) => part).join('，');
    basis.push({ label: '收费标准', text, link: { kind: 'chargeStandard', id: standardId } });
  }
  if (bindingId !== null) {
    const until = row.binding_last === null ? '起' : `至 ${row.binding_last}`;
    const text = [`${row.binding_from} ${until}`, ownText(row)].filter((part) => part !== '').join('，');
    basis.push({ label: '标准绑定', text, link: { kind: 'standardBinding', id: bindingId } });
  }
  return basis;
}

// Which price it was: a version by its id, else the one price of the standard or, where the bill says the same figure, the binding's own.
function priceText(row: BasisRow, { k, p, i }: Calculation): string {
  if (i !== undefined) return row.version_text ?? '';
  if (k === 't' || (row.own_price !== null && p !== undefined && Number(row.own_price) === Number(p))) {
    return '按绑定上单独填写的价格';
  }
  return '';
}

function ownText(row: BasisRow): string {
  if (row.own_amount !== null) return `单独金额 ${row.own_amount}`;
  return row.own_price === null ? '' : `单独定价 ${row.own_price}`;
}

function sourceBasis(row: BasisRow): Basis {
  const basis: Basis = [];
  if (row.reading_id !== null)
    basis.push({
      label: '抄表记录',
      text: row.reading_text ?? '',
      link: { kind: 'meterReading', id: row.reading_id },
    });
  if (row.apportionment_id !== null)
    basis.push({
      label: '公摊',
      text: row.apportionment_text ?? '',
      link: { kind: 'apportionment', id: row.apportionment_id },
    });
  if (row.run_id !== null)
    basis.push({ label: '生成批次', text: row.run_text ?? '', link: { kind: 'raisingRun', id: row.run_id } });
  return basis;
}
