import type { ComponentType, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component whose code is loaded when it is first shown. Until then it shows nothing. */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => VNode | null {
  let loaded: ComponentType<Props> | null = null;

  return function Lazy(props) {
    const [Shown, setShown] = useState(() => loaded);

    useEffect(() => {
      if (loaded !== null) return;
      void show();
    }, []);

    async function show() {
      // Offline, or another version is served by now. The next one that is shown tries again.
      loaded = await load().catch(() => null);
      setShown(() => loaded);
    }

    return Shown && <Shown {...props} />;
  };
}
