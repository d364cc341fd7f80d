import type { MicroSiteTile } from '@anlin/contract';

/** A tile with a name of its own for as long as it is edited, so that it can be moved. */
export interface EditedTile {
  key: string;
  tile: MicroSiteTile;
}
