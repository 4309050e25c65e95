import type { StudioPhoto } from '../photos/studio-photo.ts';

export interface CardPartProps {
  readonly photo: StudioPhoto;
  /** The photo's name. */
  readonly name: string;
}
