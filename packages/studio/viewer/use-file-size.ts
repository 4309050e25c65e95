import { useEffect, useState } from 'preact/hooks';
import { isOwnOrigin } from '../components/picture-access.ts';

/** The size of a picture of this origin in bytes; null while unknown, and for those of others. */
export function useFileSize(url: string | null): number | null {
  const [known, setKnown] = useState<{ readonly url: string; readonly bytes: number } | null>(null);

  useEffect(() => {
    if (url !== null && isOwnOrigin(url)) void ask(url);
  }, [url]);

  async function ask(wanted: string) {
    const response = await fetch(wanted, { method: 'HEAD' }).catch(() => null);
    const bytes = Number(response?.headers.get('Content-Length'));
    if (response?.ok === true && bytes > 0) setKnown({ url: wanted, bytes });
  }

  return known?.url === url ? (known?.bytes ?? null) : null;
}
