export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How a picture is seen: its scale, and how far its middle is from that of the stage, in pixels. */
export interface View extends Point {
  readonly scale: number;
}

/** What both a stage and a picture have in common: the part of the stage that the picture covers. */
export interface Window extends Size {
  readonly left: number;
  readonly top: number;
}

/** A small picture may be enlarged so far to fill the stage. */
const MOST_ENLARGED = 3;
const GREATEST_SCALE = 8;
/** One pixel of a picture on one of a screen that has three of them for each of the page. */
const SMALLEST_OF_ITS_SIZE = 1 / 3;

/** The scale at which a picture is seen whole, as large as possible. */
export function fitScale(stage: Size, picture: Size): number {
  const fit = Math.min(stage.width / picture.width, stage.height / picture.height);
  return Math.min(fit, MOST_ENLARGED);
}

/** The picture seen whole. */
export function fitted(stage: Size, picture: Size): View {
  return { scale: fitScale(stage, picture), x: 0, y: 0 };
}

/** Changes the scale, and keeps what is under a point (from the middle of the stage) where it is. */
export function zoomAt(view: View, scale: number, at: Point, stage: Size, picture: Size): View {
  // A picture that is smaller than the stage can be seen in its own size.
  const least = Math.min(fitScale(stage, picture), SMALLEST_OF_ITS_SIZE);
  const bounded = Math.min(Math.max(scale, least), GREATEST_SCALE);
  const change = bounded / view.scale;
  return within(
    { scale: bounded, x: at.x - (at.x - view.x) * change, y: at.y - (at.y - view.y) * change },
    stage,
    picture,
  );
}

/** Keeps a picture from leaving the stage. */
export function within({ scale, x, y }: View, stage: Size, picture: Size): View {
  const mostX = Math.max(0, (picture.width * scale - stage.width) / 2);
  const mostY = Math.max(0, (picture.height * scale - stage.height) / 2);
  return { scale, x: clamp(x, mostX), y: clamp(y, mostY) };
}

/** The part of the stage that the picture covers, from the stage's corner. */
export function windowOf({ scale, x, y }: View, stage: Size, picture: Size): Window {
  const width = Math.min(picture.width * scale, stage.width);
  const height = Math.min(picture.height * scale, stage.height);
  const left = picture.width * scale > stage.width ? 0 : (stage.width - width) / 2 + x;
  const top = picture.height * scale > stage.height ? 0 : (stage.height - height) / 2 + y;
  return { left, top, width, height };
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, -most), most);
}
