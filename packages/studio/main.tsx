import { render } from 'preact';
import { App } from './app.tsx';
import { chooseWords } from './language/choose-words.ts';
import { startStudio } from './photos/create-studio.ts';

const container = document.querySelector('#studio');
if (container === null) throw new Error('The page has no container for the studio.');

// Relative to the page, whatever prefix a proxy adds.
const studio = startStudio(new URL('graphql', document.baseURI));
const words = await chooseWords(navigator.languages);
render(<App {...{ studio, words }} />, container);

window.addEventListener('pagehide', ({ persisted }) => {
  // A page that the browser keeps is shown again as it was.
  if (!persisted) studio.close();
});
