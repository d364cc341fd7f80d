import {
  chargeItemResource,
  externalContactResource,
  type Field,
  type ImportKindName,
  meterResource,
  parkingSpaceResource,
  type ResourceDefinition,
  tagResource,
  vehicleResource,
} from '@anlin/contract';
import { plateOf } from '../estate/index.ts';
import { communityColumn, watchCommunity } from './community-column.ts';
import { fieldColumns } from './field-column.ts';
import { findReferences } from './find-references.ts';
import type {
  AnyImporter,
  CellValue,
  Examination,
  ImportColumn,
  Importer,
  ImportTarget,
  RowFailure,
  RowValues,
} from './importer.ts';
import { numbersExisting, type ResourceRow, type ResourceShape, writeResourceRows } from './write-resource-rows.ts';

export interface ResourceImport {
  definition: ResourceDefinition;
  /** Changes to columns that follow from the definition: other words for choices, examples, hints. */
  columns?: Parameters<typeof fieldColumns>[1];
  /** What an empty cell of a new row is stored as, where the table takes no null. */
  emptyValues?: Readonly<Record<string, CellValue>>;
  /** Brings a row's values into the form in which the resource keeps them, such as a plate in capitals. */
  normalise?(values: RowValues): RowValues;
}

/**
 * An importer made from a definition: its entered fields are the columns, references are found by what people call the
 * row, and the first unique set says which rows are the same.
 */
export function resourceImporter({
  definition,
  columns = {},
  emptyValues = {},
  normalise = (values) => values,
}: ResourceImport): Importer<ResourceRow> & { shape: ResourceShape } {
  const identityKeys = definition.unique[0] ?? [definition.titleField];
  const shape: ResourceShape = { definition, identityKeys, emptyValues };
  const all: ImportColumn[] = [
    ...(definition.isCommunityScoped ? [communityColumn] : []),
    ...fieldColumns(definition, columns),
  ];
  const references = Object.entries(definition.fields).filter(
    (entry): entry is [string, Extract<Field, { kind: 'reference' | 'references' }>] =>
      entry[1].kind === 'reference' || entry[1].kind === 'references',
  );

  function examine(target: ImportTarget): Examination<ResourceRow> {
    const community = watchCommunity(target);
    return {
      complete(values) {
        const elsewhere = community.problemOf(values);
        if (elsewhere) return { isOk: false, problems: [elsewhere] };
        const { community: _, ...rest } = normalise(values);
        const identity = JSON.stringify(identityKeys.map((key) => rest[key] ?? null));
        const label = identityKeys.map((key) => String(rest[key] ?? '')).join(' ');
        return { isOk: true, row: { ...rest }, identity, label, identityKey: identityKeys[0] ?? '' };
      },
      notices: () => community.notices(),
    };
  }

  return {
    shape,
    kind: definition.name as ImportKindName,
    definition,
    columns: all,
    examine,
    async verify(ctx, target, rows) {
      const failures: RowFailure[] = [];
      for (const [key, field] of references) {
        const texts = rows.flatMap(({ row }) => namesIn(row[key]));
        const found = await findReferences(ctx, target.communityId, field.to, texts);
        for (const { number, row } of rows) {
          const value = row[key];
          const ids: string[] = [];
          for (const text of namesIn(value)) {
            const id = found.get(text);
            if (id !== undefined && id !== 'several') ids.push(id);
            else failures.push({ row: number, key, message: missingReference(field.label, text, id) });
          }
          if (Array.isArray(value)) row[key] = [...new Set(ids)];
          else if (ids[0] !== undefined) row[key] = ids[0];
        }
      }
      return { failures, existing: await numbersExisting(ctx, shape, target, rows) };
    },
    apply: (ctx, target, rows, policy) => writeResourceRows(ctx, shape, target, rows, policy),
  };
}

/** What a cell names: nothing, one row, or several. */
function namesIn(value: CellValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

function missingReference(label: string, text: string, found: 'several' | undefined): string {
  return found === 'several'
    ? `${label}“${text}”对应多条数据，请写完整，如“1栋1单元101”`
    : `没有找到${label}“${text}”，请核对，或先新增它再导入`;
}

const normalisePlate = (values: RowValues): RowValues => ({
  ...values,
  ...(typeof values.plate === 'string' ? { plate: plateOf(values.plate) satisfies CellValue } : {}),
});

const houseColumn = { hint: '房号或完整房屋名称，如 1-1-101、1栋1单元101；没有的留空', example: '1-1-101' };
const housesColumn = {
  hint: '房号或完整房屋名称，如 1-1-101、1栋1单元101；多套用顿号或逗号隔开，第一套是主房屋；没有的留空',
  example: '1-1-101、1-1-102',
};

/** Importers that follow from a definition; a further resource is one line here. */
export const resourceImporters = {
  parkingSpace: resourceImporter({
    definition: parkingSpaceResource,
    columns: {
      number: { example: 'B1-001' },
      type: {
        choices: {
          property: ['产权车位', '自有', '自有车位'],
          public: ['公共车位', '公用'],
          civilDefence: ['人防车位'],
          leased: ['租赁车位', '出租车位'],
        },
      },
      status: {
        choices: {
          ownUse: ['自用中', '已用'],
          vacant: ['空闲', '闲置'],
          let: ['已出租', '出租中'],
          sold: ['已售', '已出售'],
        },
      },
      houseIds: housesColumn,
    },
  }),
  vehicle: resourceImporter({
    definition: vehicleResource,
    columns: { plate: { example: '川A12345' }, houseIds: housesColumn },
    normalise: normalisePlate,
  }),
  meter: resourceImporter({
    definition: meterResource,
    columns: {
      number: { example: 'W00001' },
      kind: {
        choices: {
          coldWater: ['水', '水表', '冷水表', '自来水'],
          hotWater: ['热水表'],
          electricity: ['电表', '电量'],
          gas: ['燃气表', '天然气', '气'],
          heat: ['暖气表', '热量', '热力'],
        },
        example: '冷水',
      },
      houseId: houseColumn,
      parkingSpaceId: { example: '' },
      buildingId: { example: '' },
      place: { example: '厨房' },
      multiplier: { isRequired: false, example: '1' },
      digits: { isRequired: false, example: '5' },
      initialReading: { isRequired: false, example: '0' },
      chargeStandardId: { hint: '收费标准的名称，须已存在', example: '' },
      parentId: { hint: '总表的编号，须已存在并勾选“是总表”', example: '' },
      isMaster: { example: '否' },
      lossShare: { isRequired: false, example: '0' },
      walkOrder: { isRequired: false, example: '10' },
      status: { isRequired: false, example: '使用中' },
    },
    emptyValues: { multiplier: '1', digits: 5, initialReading: '0', lossShare: '0', walkOrder: 0, status: 'inUse' },
  }),
  externalContact: resourceImporter({
    definition: externalContactResource,
    columns: {
      name: { example: '李师傅' },
      category: { choices: { contractor: ['维保', '外包单位'], other: ['其它'] } },
    },
  }),
  tag: resourceImporter({
    definition: tagResource,
    columns: { name: { example: '未装修' }, color: { isRequired: false }, sortOrder: { isRequired: false } },
    emptyValues: { color: 'default', sortOrder: 0 },
  }),
  chargeItem: resourceImporter({ definition: chargeItemResource, columns: { name: { example: '物业管理费' } } }),
} satisfies Partial<Record<ImportKindName, AnyImporter>>;
