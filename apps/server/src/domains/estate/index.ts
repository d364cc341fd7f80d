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
export { houseNames, searchKeyOf } from './house-name.ts';
export { type HouseImport, type HouseImportRow, importHouses, verifyHouseImport } from './import-houses.ts';
export { tagIds } from './import-tags.ts';
export { type MoveIn, moveIn } from './move-in.ts';
export { plateOf } from './plate.ts';
export { type NamePinyin, pinyinOf } from './resident-name.ts';
export { searchEstate } from './search-estate.ts';
