import type { StudioPhoto } from '../photos/studio-photo.ts';

export interface CardPartProps {
  readonly photo: StudioPhoto;
  /** What it is called. */
  readonly name: string;
}
