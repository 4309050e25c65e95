import type { ComponentType } from 'preact';
import type { RepairType } from '../photos/studio-photo.ts';
import { BRIGHT_FLOWERS, Flowers, GREY_FLOWERS } from './illustrations/flowers.tsx';
import { IdPortrait, LivingRoom } from './illustrations/id-portrait.tsx';
import { Mountains, PixelledMountains } from './illustrations/mountains.tsx';
import { FADED_BOAT, Sailboat, Scratches, SEPIA_BOAT } from './illustrations/sailboat.tsx';
import { Split } from './illustrations/split.tsx';

interface ArtProps {
  /** The new background of an ID photo, as `#rrggbb`. */
  readonly background: string;
}

const ARTS = {
  REPAIR: RepairedBoat,
  COLORIZE: ColouredFlowers,
  SUPER_RESOLUTION: SharpenedMountains,
  REPLACE_BACKGROUND: IdPhoto,
} as const satisfies Record<RepairType, ComponentType<ArtProps>>;

export interface RepairArtProps extends ArtProps {
  readonly type: RepairType;
}

/** Illustrates a repair, with a picture before and after it. */
export function RepairArt({ type, background }: RepairArtProps) {
  const Art = ARTS[type];
  return <Art {...{ background }} />;
}

function RepairedBoat() {
  const faded = (
    <>
      <Sailboat {...FADED_BOAT} />
      <Scratches />
    </>
  );
  return <Split before={faded} after={<Sailboat {...SEPIA_BOAT} />} />;
}

function ColouredFlowers() {
  return <Split before={<Flowers {...GREY_FLOWERS} />} after={<Flowers {...BRIGHT_FLOWERS} />} />;
}

function SharpenedMountains() {
  return <Split before={<PixelledMountains />} after={<Mountains />} />;
}

function IdPhoto({ background }: ArtProps) {
  const indoors = (
    <>
      <LivingRoom />
      <IdPortrait />
    </>
  );
  const plain = (
    <>
      <rect class="art-background" width="160" height="96" fill={background} />
      <IdPortrait />
    </>
  );
  return <Split before={indoors} after={plain} />;
}
