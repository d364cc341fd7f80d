import { defineResource } from '../resource/definition.ts';

/** Layouts of banks by name; kept by a page of their own. */
export const bankTemplateResource = defineResource({
  name: 'bankLayout',
  table: 'bank_template',
  path: 'bank-layouts',
  label: '银行模板',
  isCommunityScoped: false,
  isListOnly: true,
  titleField: 'name',
  unique: [['name']],
  defaultSort: ['name'],
  permissions: {
    view: 'bankTemplate.view',
    create: 'bankTemplate.edit',
    edit: 'bankTemplate.edit',
    delete: 'bankTemplate.edit',
  },
  fields: {
    name: { kind: 'text', label: '银行模板', maxLength: 40, isRequired: true, isListed: true, isSearched: true },
    isEnabled: { kind: 'boolean', label: '启用', isListed: true },
  },
});

/** Agreements of owners with their banks. The account number is sealed; only its last digits are shown. */
export const bankAgreementResource = defineResource({
  name: 'bankAgreement',
  table: 'bank_agreement',
  path: 'bank-agreements',
  label: '代扣协议',
  isCommunityScoped: true,
  isListOnly: true,
  isPersonal: true,
  titleField: 'accountMasked',
  unique: [],
  defaultSort: ['-createdAt'],
  permissions: {
    view: 'bankAgreement.view',
    create: 'bankAgreement.edit',
    edit: 'bankAgreement.edit',
    delete: 'bankAgreement.edit',
    import: 'bankAgreement.import',
    export: 'bankAgreement.export',
  },
  fields: {
    houseId: {
      kind: 'reference',
      label: '房屋',
      to: 'house',
      isRequired: true,
      isListed: true,
      isMainFilter: true,
      width: 160,
    },
    bankTemplateId: {
      kind: 'reference',
      label: '银行',
      to: 'bankLayout',
      isRequired: true,
      isListed: true,
      isMainFilter: true,
      width: 200,
    },
    accountMasked: {
      kind: 'text',
      label: '账号',
      maxLength: 40,
      isReadOnly: true,
      isListed: true,
      isSearched: true,
      width: 160,
    },
    accountName: {
      kind: 'text',
      label: '户名',
      maxLength: 60,
      isRequired: true,
      isListed: true,
      isSearched: true,
      isPersonal: true,
    },
    startsOn: { kind: 'day', label: '生效日期', isRequired: true, isListed: true },
    lastDay: { kind: 'day', label: '最后一天', isListed: true, help: '不填为长期有效' },
    note: { kind: 'longText', label: '备注', maxLength: 200 },
  },
});

/** The company's own accounts. */
export const bankAccountResource = defineResource({
  name: 'bankAccount',
  table: 'bank_account',
  path: 'bank-accounts',
  label: '公司账户',
  isCommunityScoped: false,
  titleField: 'name',
  unique: [['name']],
  defaultSort: ['name'],
  permissions: {
    view: 'bankAccount.view',
    create: 'bankAccount.edit',
    edit: 'bankAccount.edit',
    delete: 'bankAccount.edit',
  },
  fields: {
    name: {
      kind: 'text',
      label: '账户名称',
      maxLength: 40,
      isRequired: true,
      isListed: true,
      isSearched: true,
      help: '如：工行翠湖花园收费户',
    },
    accountNumber: {
      kind: 'text',
      label: '账号',
      maxLength: 40,
      isRequired: true,
      isListed: true,
      isSearched: true,
      width: 200,
    },
    onlyCommunityId: {
      kind: 'reference',
      label: '只收这个小区的款',
      to: 'community',
      column: 'community_id',
      isListed: true,
      help: '不选表示多个小区共用；共用账户的对账单只有可看全部小区的人能处理',
    },
    note: { kind: 'longText', label: '备注', maxLength: 200 },
  },
});
