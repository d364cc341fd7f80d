export {
  buildingBinding,
  communityBinding,
  estateBindings,
  houseBinding,
  parkingSpaceBinding,
  tagBinding,
  unitBinding,
  vehicleBinding,
} from './estate.bindings.ts';
export { estateRoutes } from './estate.routes.ts';
export type { HouseImport, HouseImportRow } from './house-import.ts';
export { houseNames, searchKeyOf } from './house-name.ts';
export { importHouses, verifyHouseImport } from './import-houses.ts';
export { importUnits } from './import-places.ts';
export { importTags } from './import-tags.ts';
export { type MoveIn, moveIn } from './move-in.ts';
export { plateOf } from './plate.ts';
export { type NamePinyin, pinyinOf } from './resident-name.ts';
export { searchEstate } from './search-estate.ts';
