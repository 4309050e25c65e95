/** The policy of the page names it, and it allows this one script. */
const POLICY = 'service-worker';

/** Lets the page open without a network. Without TLS, a browser has no service workers. */
export async function registerServiceWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  // Beside the page, whatever prefix a proxy adds.
  const url = new URL('service-worker.js', document.baseURI).href;
  try {
    await navigator.serviceWorker.register(trusted(url));
  } catch {
    // The visitor's settings forbid it, or the network broke. The page works without it.
  }
}

/** The types of TypeScript do not know yet that a script's address may have to be a trusted one. */
function trusted(url: string): string {
  const policy = window.trustedTypes?.createPolicy(POLICY, { createScriptURL: () => url });
  return policy?.createScriptURL(url) ?? url;
}

declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: { readonly createScriptURL: (url: string) => string },
      ): { readonly createScriptURL: (url: string) => string };
    };
  }
}
