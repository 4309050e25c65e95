import { BRIGHT_BOAT, GREY_BOAT, Sailboat, Scratches } from './sailboat.tsx';
import { Split } from './split.tsx';

/** Prints on a table: the picture of the empty gallery. */
export function EmptyArt() {
  return (
    <div class="prints" aria-hidden="true">
      <div class="print" />
      <div class="print" />
      <div class="print">
        <Split
          before={
            <>
              <Sailboat {...GREY_BOAT} />
              <Scratches />
            </>
          }
          after={<Sailboat {...BRIGHT_BOAT} />}
        />
      </div>
    </div>
  );
}
