/*
 * The lock that keeps the page still behind a dialog injects a <style> element. Under a content security policy with
 * nonces it needs the page's nonce, which its library looks for in this global. Import for the side effect only.
 */
declare global {
  var __webpack_nonce__: string | undefined;
}

if (typeof document !== "undefined") {
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
  if (nonce) globalThis.__webpack_nonce__ = nonce;
}

export {};
