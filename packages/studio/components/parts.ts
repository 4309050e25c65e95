export { AccessPanel } from './access-panel.tsx';
export { Announcer } from './announcer.tsx';
export { BatchBar } from './batch-bar.tsx';
export { GoOnMenu } from './go-on-menu.tsx';
export { HeaderMenu } from './header-menu.tsx';
export { notify } from './notifications.ts';
export { ZipButton } from './zip-button.tsx';
