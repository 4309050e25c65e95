import * as z from 'zod/mini';

const news = z.object({
  about: z.enum(['tray', 'photos', 'deleted']),
  /** The gateway's id of the photo that was deleted. */
  id: z.optional(z.string()),
});

/** What has changed in the browser's database or at the gateway. */
export type News = z.infer<typeof news>;

/** The other tabs of this browser that show the same page. */
export interface OtherTabs {
  tell(news: News): void;
  close(): void;
}

/** @param onNews - Called when another tab tells something. */
export function findOtherTabs(onNews: (news: News) => void): OtherTabs {
  const channel = new BroadcastChannel('photo-gateway');
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const told = news.safeParse(data).data;
    if (told) onNews(told);
  });
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- only a window has one
    tell: (told) => channel.postMessage(told),
    close: () => channel.close(),
  };
}
