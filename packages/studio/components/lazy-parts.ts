import { lazily } from './lazily.tsx';

/** What the page does not need to show itself, and is loaded together when it is first used. */
const parts = () => import('./parts.ts');

export const AccessPanel = lazily(async () => (await parts()).AccessPanel);
export const Announcer = lazily(async () => (await parts()).Announcer);
export const BatchBar = lazily(async () => (await parts()).BatchBar);
export const GoOnMenu = lazily(async () => (await parts()).GoOnMenu);
export const HeaderMenu = lazily(async () => (await parts()).HeaderMenu);
export const ZipButton = lazily(async () => (await parts()).ZipButton);

export const Viewer = lazily(async () => (await import('../viewer/viewer.tsx')).Viewer);
