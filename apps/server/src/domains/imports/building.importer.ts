import { buildingResource, type Field } from '@anlin/contract';
import { importUnits } from '../estate/index.ts';
import { fieldColumn } from './field-column.ts';
import type { Importer } from './importer.ts';
import { resourceImporter } from './resource.importer.ts';
import type { ResourceRow } from './write-resource-rows.ts';
import { writeResourceRows } from './write-resource-rows.ts';

const plain = resourceImporter({
  definition: buildingResource,
  columns: {
    name: { example: '1栋', synonyms: ['楼宇', '楼栋', '楼号', '栋号', '幢号', '楼栋名称', '楼栋号'] },
    code: { synonyms: ['楼栋编号', '编号'] },
    floorsAbove: { synonyms: ['楼层数', '总层数', '地上楼层'], example: '18' },
    floorsBelow: { synonyms: ['地下楼层'], example: '1' },
    sortOrder: { isRequired: false },
  },
  emptyValues: { sortOrder: 0 },
});

const units: Field = { kind: 'tags', label: '单元', importTitles: ['单元名称', '包含单元'] };
const unitColumn = fieldColumn('unitNames', units, {
  hint: '楼里的单元，多个用逗号或顿号隔开，如 1单元,2单元；没有单元的留空。单元只增不减',
  example: '1单元,2单元',
});

/** Buildings with their units (EST-3). Units that are there stay under every policy: houses lie in them. */
export const buildingImporter: Importer<ResourceRow> = {
  ...plain,
  columns: [...plain.columns, unitColumn],
  async apply(ctx, target, rows, policy) {
    const applied = await writeResourceRows(ctx, plain.shape, target, rows, policy);
    if (policy === 'updateOnly') return applied;
    const ids = new Map(applied.rows.map((one) => [one.number, one.id]));
    const wanted = rows.flatMap(({ number, row }) => {
      const buildingId = ids.get(number);
      const names = (row.unitNames ?? []) as readonly string[];
      return buildingId ? names.map((name) => ({ buildingId, name })) : [];
    });
    await importUnits(ctx, target.communityId ?? '', wanted);
    return applied;
  },
};
