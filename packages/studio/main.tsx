import { render } from 'preact';
import { App } from './app.tsx';
import { chooseWords } from './language/choose-words.ts';
import { startStudio } from './photos/create-studio.ts';

const container = document.querySelector('#studio');
if (container === null) throw new Error('The page has no container for the studio.');

// Relative to the page, whatever prefix a proxy adds.
const studio = startStudio(new URL('graphql', document.baseURI));
void show(container);

// Not awaited here: what is loaded later imports this module, and would wait for it.
async function show(place: Element) {
  const words = await chooseWords(navigator.languages);
  render(<App {...{ studio, words }} />, place);
}

// After what the visitor waits for.
window.addEventListener('load', () => void openWithoutNetwork());
window.addEventListener('pagehide', ({ persisted }) => {
  // A page that the browser keeps is shown again as it was.
  if (!persisted) studio.close();
});

async function openWithoutNetwork() {
  const { registerServiceWorker } = await import('./offline/register.ts');
  await registerServiceWorker();
}
