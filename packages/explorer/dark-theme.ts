const background = '#212a3b';
const primary = '#ff5794';
const highlight = `${primary}19`;
const transparent = '#ffffff00';
const readable = '#a6b2c6';

/**
 * GraphiQL's dark theme of its editors, with comments and line numbers of enough contrast (WCAG
 * 1.4.3). Monaco can redefine a theme only as a whole.
 */
export const DARK_THEME = {
  base: 'vs-dark' as const,
  inherit: true,
  colors: {
    'editor.background': transparent,
    'editorLineNumber.foreground': readable,
    'scrollbar.shadow': transparent,
    'textLink.foreground': primary,
    'textLink.activeForeground': primary,
    'editorLink.activeForeground': primary,
    'editorHoverWidget.background': background,
    'list.hoverBackground': highlight,
    'list.highlightForeground': primary,
    'list.focusHighlightForeground': primary,
    'menu.background': background,
    'menu.selectionForeground': primary,
    'menu.selectionBackground': highlight,
    'editorSuggestWidget.background': background,
    'editorSuggestWidget.selectedBackground': highlight,
    'editorSuggestWidget.selectedForeground': primary,
    'quickInput.background': background,
    'quickInputList.focusForeground': '#ffffff',
    'quickInputList.focusBackground': highlight,
    'editorWidget.background': background,
    'editorWidget.resizeBorder': primary,
    'input.background': '#b7c2d711',
    focusBorder: primary,
    'toolbar.hoverBackground': highlight,
    'inputOption.hoverBackground': highlight,
    'pickerGroup.foreground': primary,
  },
  rules: [
    { token: 'argument.identifier.gql', foreground: '#908aff' },
    { token: 'comment', foreground: '#8fbf7a' },
  ],
};
